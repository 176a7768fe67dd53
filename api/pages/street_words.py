"""The words of a senior's card page and of the import page, in Chinese and English."""

from typing import Final

from core.exchange.vocabulary import CONDITION_WORDS

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "card.age": ("{age} 岁", "{age} years"),
    "card.alone": ("独居", "Lives alone"),
    "card.high_risk": ("高风险", "High risk"),
    "card.conditions": ("健康状况", "Conditions"),
    "card.medication": ("用药", "Medication"),
    "card.hospital": ("常去医院", "Hospital"),
    "card.key": ("钥匙保管人", "Key holder"),
    "card.relatives": ("家属", "Relatives"),
    "card.wristband": ("手环", "Wristband"),
    "card.no_wristband": ("没有佩戴手环", "wears none"),
    "card.call": ("打电话给 {name}", "Call {name}"),
    "card.diary": ("民情日记", "Visit diary"),
    "card.print": ("打印联系卡", "Print the contact card"),
    "import.title": ("导入名册", "Import the registry"),
    "import.hint": (
        "先试导入：看清会改什么，再确认。有一处错误就什么都不改。",
        "First a trial: see what would change, then confirm. One fault, and nothing changes.",
    ),
    "import.template": ("下载空白表格", "Download the template"),
    "import.file": (
        "表格（.xlsx、.csv 或 CSV 的 .zip）",
        "File (.xlsx, .csv, or a .zip of CSVs)",
    ),
    "import.vouch": (
        "我担保“已核实”的联系方式属实",
        "I vouch for the contacts that the file calls verified",
    ),
    "import.try": ("试导入", "Try"),
    "import.apply": ("确认导入", "Import now"),
    "import.going_on": (
        "正在读取和核对，一个街道要十几秒，请不要离开：",
        "Reading and comparing; a street takes some ten seconds, please stay:",
    ),
    "import.again": (
        "请再选同一个文件，然后确认。",
        "Choose the same file once more to confirm.",
    ),
    "import.done": ("已导入，5 秒内生效。", "Imported; in force within 5 s."),
    "import.stale": (
        "名册或文件在试导入之后变了，什么都没有改。请重新试导入。",
        "The registry or the file changed since the trial; nothing was done. Try again.",
    ),
    "import.busy": (
        "别人正在导入，请稍等再试。",
        "Somebody else is importing: try again in a moment.",
    ),
    "import.not_yours": (
        "只有管理员可以为联系方式担保。",
        "Only an administrator may vouch for contacts.",
    ),
    "import.nothing": ("没有需要改动的。", "Nothing to change."),
    "import.faults": (
        "{count} 处错误，什么都没有改",
        "{count} faults: nothing was changed",
    ),
    "import.notes": ("{count} 处提醒", "{count} remarks"),
    "import.changes": ("{count} 处改动", "{count} changes"),
    "import.missing": (
        "文件里没有（不会删除）",
        "Not in the file (nothing is removed)",
    ),
    "import.more": ("只显示前 {count} 条。", "Only the first {count} are shown."),
    "import.table": ("表", "Table"),
    "import.rows": ("行", "Rows"),
    "import.new": ("新增", "New"),
    "import.changed": ("改动", "Changed"),
    "import.unchanged": ("不变", "Same"),
    "import.line": ("第 {line} 行", "Line {line}"),
    "import.where": ("位置", "Where"),
    "import.what": ("问题", "What"),
    "import.who": ("名称", "Name"),
    "import.difference": ("改动", "Change"),
    "join.title": ("登录与联系方式", "Logins and contacts"),
    "join.hint": (
        "导入不设密码。发出邀请后打印邀请单交给本人：扫码设定用户名和密码，随后收到验证码。",
        "An import sets no passwords. Invite, then hand out the printed slips: people scan"
        " theirs, set user name and password, and are sent a code.",
    ),
    "join.staff": ("工作人员", "Staff"),
    "join.relatives": ("家属", "Relatives"),
    "join.people": ("人数", "People"),
    "join.with_login": ("已有登录", "Have a login"),
    "join.invited": ("已邀请", "Invited"),
    "join.to_invite": ("待邀请", "To invite"),
    "join.unproven": ("待验证的联系方式", "Contacts to verify"),
    "join.out_of_reach": (
        "尚无登录者的联系方式",
        "Contacts of people without a login",
    ),
    "join.who": ("哪些人", "Whom"),
    "join.where": ("范围", "Where"),
    "join.everywhere": ("我管理的全部范围", "Everywhere I manage"),
    "join.invite": ("邀请尚无登录的人", "Invite who has no login"),
    "join.print": ("打印邀请单", "Print the slips"),
    "join.codes": ("发送验证码", "Send codes"),
    "join.relatives_hint": (
        "家属的链接只发到其已验证的联系方式；邀请单只有管理员能打印。",
        "Relatives' links go to their verified contacts only; an administrator prints slips.",
    ),
    "join.too_many": (
        "邀请单一次最多 {most} 张，请选择一个社区。",
        "One file holds {most} slips at most: choose a community.",
    ),
    "join.said.invited": ("已邀请 {count} 人。", "{count} people were invited."),
    "join.said.coded": ("已发出 {count} 个验证码。", "{count} codes were sent."),
    "import.passwords": (
        "新手环的密码，只显示这一次：",
        "Passwords of new wristbands, shown this once:",
    ),
}


def say(locale: str, key: str, /, **values: object) -> str:
    """A word in a language, with `values` filled in."""
    return _WORDS[key][0 if locale == "zh-CN" else 1].format(**values)


def condition(locale: str, code: str) -> str:
    """A condition as people call it."""
    words = CONDITION_WORDS.get(code)
    if locale != "zh-CN" or not words:
        return code.replace("_", " ")
    return words[0]
