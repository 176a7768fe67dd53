"""Whatever rules are set in whatever order: merged as one, within the corridor."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.errors import RuleError
from core.rules.book import SHIPPED, RuleSet, merge, parse_tree, resolve
from core.rules.parameters import PARAMETERS

CORRIDOR = {one.name: (one.low, one.high) for one in PARAMETERS}
NAMES = st.sampled_from(sorted(CORRIDOR))
FIGURES = st.dictionaries(NAMES, st.integers(0, 300) | st.floats(0, 3), max_size=6)
SETS = st.builds(
    RuleSet,
    values=FIGURES,
    conditions=st.dictionaries(st.sampled_from(["copd", "dementia"]), FIGURES),
    quiet=st.none() | st.just(()),
)


@given(SETS, SETS, SETS)
def test_merging_is_associative(one: RuleSet, two: RuleSet, three: RuleSet) -> None:
    assert merge([merge([one, two]), three]) == merge([one, merge([two, three])])
    assert merge([one, RuleSet()]) == merge([one]) == merge([RuleSet(), one])


@given(st.lists(SETS, max_size=4), st.lists(st.sampled_from(["copd", "dementia"])))
def test_what_is_accepted_resolves_within_the_corridor(
    asked: list[RuleSet], conditions: list[str]
) -> None:
    """Each set is read on top of those accepted before it, as the service does."""
    book = SHIPPED
    for one in asked:
        try:
            book = merge([book, parse_tree(one.tree(), book)])
        except RuleError:
            continue
    for condition in [[], *([one] for one in conditions)]:
        values = resolve(book, conditions=condition).values
        assert values.keys() == CORRIDOR.keys()
        for name, value in values.items():
            low, high = CORRIDOR[name]
            assert low <= value <= high
        assert values["heart_rate_high.warning"] < values["heart_rate_high.critical"]


@given(FIGURES, st.randoms(use_true_random=False))
def test_the_version_does_not_depend_on_the_order_of_keys(
    figures: dict[str, float], random: Any
) -> None:
    shuffled = list(figures.items())
    random.shuffle(shuffled)
    try:
        one = resolve(RuleSet(figures))
    except RuleError:
        return
    assert one.version == resolve(RuleSet(dict(shuffled))).version
    changed = {**figures, "spo2_low.clear_s": 601}
    assert resolve(RuleSet(changed)).version != one.version


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["day", "quiet", "condition", "spo2_low", "warning", "x.y"]
                )
                | st.text(max_size=4),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ).filter(lambda tree: isinstance(tree, dict))
)
def test_any_tree_is_read_or_refused(tree: dict[str, Any]) -> None:
    try:
        rules = parse_tree(tree)
    except RuleError:
        return
    assert parse_tree(rules.tree()) == rules
