"""What is wrong with a table, where, and what to do, in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from core.errors import InvalidError

WORDS: Final[dict[str, tuple[str, str]]] = {
    # whole files
    "file.none": ("请选择文件", "choose a file"),
    "file.large": ("文件大于 {most} MiB，请分成几个文件", "the file is larger than {most} MiB: split it"),
    "file.empty": ("文件是空的", "the file is empty"),
    "file.old": ("这是旧的 .xls 工作簿，请另存为 .xlsx", "an old .xls workbook: save it as .xlsx first"),
    "file.no_csv": ("{name} 里没有 CSV 文件：请给工作簿（.xlsx）、CSV 文件，或装有 CSV 的文件夹或 zip", "{name} holds no CSV file: give a workbook (.xlsx), a CSV file, or a folder or zip of CSV files"),
    "file.damaged": ("文件已损坏或加了密码：请给工作簿（.xlsx）、CSV 文件，或装有 CSV 的文件夹或 zip", "the file is damaged or locked: give a workbook (.xlsx), a CSV file, or a folder or zip of CSV files"),
    "file.parts": ("文件包含的部分超过 {most} 个", "the file has more than {most} parts"),
    "file.unpacked": ("文件解压后大于 {most} MiB，请分成几个文件", "the file unpacks to more than {most} MiB: split it"),
    "file.entities": ("工作簿声明了 XML 实体，因此不读取", "the workbook declares XML entities and is not read"),
    "file.unreadable": ("工作簿读不出来（{kind}），请打开后重新保存", "the workbook cannot be read ({kind}): open and save it once more"),
    "file.broken": ("工作簿里的 XML 已损坏，请打开后重新保存", "the workbook holds broken XML: open and save it once more"),
    "file.encoding": ("文字既不是 UTF-8 也不是 GBK，请将 CSV 另存为 UTF-8", "the text is neither UTF-8 nor GBK: save the CSV as UTF-8"),
    "file.csv": ("第 {line} 行不是 CSV：{reason}", "line {line} is no CSV: {reason}"),
    # tables
    "sheet.unknown": ("没有名为“{name}”的表；可用：{known}", "no table is called {name}; known are {known}"),
    "sheet.twice": ("表“{name}”出现了两次", "the table {name} is there twice"),
    "sheet.no_header": ("第一行必须是列名", "the first row must name the columns"),
    "sheet.too_long": ("超过 {most} 行，请分成几个文件", "more than {most} rows: split the file"),
    "column.unknown": ("不认识的列“{name}”；请改名或删去。可用：{known}", "unknown column {name}: rename or remove it; known are {known}"),
    "column.twice": ("列“{name}”出现了两次", "the column {name} is there twice"),
    "column.missing": ("缺少必填列“{name}”", "the column {name} is missing"),
    # cells
    "cell.required": ("必须填写", "must be filled in"),
    "cell.too_long": ("最多 {most} 个字", "at most {most} characters"),
    "cell.control": ("含有控制字符", "contains control characters"),
    "cell.digits_lost": ("单元格是数字格式，末几位已丢失；请设为文本后重填", "the cell is formatted as a number and lost digits: format it as text and write it again"),
    "cell.phone": ("不是电话号码；例如 13800001234 或 029-88881234", "not a phone number; e.g. 13800001234 or 029-88881234"),
    "cell.date": ("不是日期；例如 1944-05-01", "not a date; e.g. 1944-05-01"),
    "cell.instant": ("不是时间；例如 2026-12-01 08:00", "not a time; e.g. 2026-12-01 08:00"),
    "cell.number": ("不是数", "not a number"),
    "cell.whole": ("不是整数", "not a whole number"),
    "cell.range": ("应在 {low} 与 {high} 之间", "must lie between {low} and {high}"),
    "cell.choice": ("不能是“{given}”；可填：{known}", "cannot be {given}; write one of {known}"),
    "cell.condition": ("不认识“{given}”；可填：{known}，或英文小写代码", "unknown condition {given}; known are {known}, or a code in lower case letters"),
    "cell.many": ("最多 {most} 项", "at most {most} of them"),
    "cell.birth_date": ("应在 1890 年与今天之间", "must lie between 1890 and today"),
    "cell.error": ("单元格是公式错误 {given}", "the cell holds the error {given}"),
    # places
    "place.none": ("没有填所在的场所", "the place is missing"),
    "place.unknown": ("没有这个场所：{path}；请先在“场所”表中添加", "no such place: {path}; add it to the table of places"),
    "place.ambiguous": ("有 {count} 个场所都叫 {path}；请填全上级或场所编号", "{count} places are called {path}: fill in what they lie in, or the number"),
    "place.number": ("没有编号为“{number}”的场所", "no place has the number {number}"),
    "place.disagree": ("场所编号“{number}”是 {path}，与填写的名称不一致", "the place with the number {number} is {path}, not what the names say"),
    "place.form": ("请填各级名称，或填级别、名称和上级编号，不要混用", "give the names by level, or level, name and parent, not both"),
    "place.incomplete": ("级别和名称都要填", "give both level and name"),
    "place.twice": ("与第 {other} 行是同一个场所", "the same place as line {other}"),
    "place.sibling": ("同一上级下已有同名同级的场所", "one of the same name and level lies there already"),
    "place.level": ("{level}不能设在{above}里", "a {level} cannot lie in a {above}"),
    "place.top": ("只有区没有上级；请填上级", "only a district lies in nothing: say what this lies in"),
    "place.district": ("区没有上级", "a district lies in nothing"),
    "place.cycle": ("上级编号绕成了圈：{path}", "the places lie in each other: {path}"),
    "place.other_level": ("编号为“{number}”的场所是{was}，级别不能改", "the place with the number {number} is a {was}; its level cannot change"),
    "place.not_yours": ("不在您管理的范围内", "not at or below your place"),
    "place.holds_pair": ("坐标要同时填纬度和经度", "give both latitude and longitude"),
    # people
    "number.twice": ("编号“{number}”与第 {other} 行重复", "the number {number} stands in line {other} too"),
    "number.taken": ("编号“{number}”不能用：已有所属（也可能不在您管理的范围内），请换一个", "the number {number} cannot be used: something has it, perhaps beyond your place; choose another"),
    "number.id": ("编号“{number}”是另一对象的系统编号；请用自己的编号，或留空", "the number {number} is the id of something else: use a number of your own, or none"),
    "username.twice": ("用户名“{name}”与第 {other} 行重复", "the user name {name} stands in line {other} too"),
    "username.taken": ("用户名“{name}”已被使用", "the user name {name} is taken"),
    "username.fixed": ("用户名不能改：现在是“{name}”", "a user name cannot change: it is {name}"),
    "username.form": ("用户名不能含空格，最多 64 个字符", "a user name has no spaces and at most 64 characters"),
    "person.twice": ("与第 {other} 行是同一个人", "the same person as line {other}"),
    "person.differs": ("与第 {other} 行是同一个人，但“{what}”不同", "the same person as line {other}, but {what} differs"),
    "person.ambiguous": ("有 {count} 个人符合；请填编号", "{count} people fit: give the number"),
    "person.none": ("请填人员编号，或姓名和电话", "give the person's number, or name and phone"),
    "person.unknown": ("没有这个人：{who}", "no such person: {who}"),
    "person.rank": ("不能设置高于您自己的角色", "nobody grants a role above their own"),
    "person.above": ("此人的角色高于您，不能更改", "this person's role stands above yours"),
    "person.not_responder": ("只有工作人员可以值班", "only a responder takes a shift"),
    # seniors
    "senior.twice": ("与第 {other} 行是同一位老人", "the same senior as line {other}"),
    "senior.none": ("请填老人编号，或老人姓名和出生日期", "give the senior's number, or name and birth date"),
    "senior.unknown": ("没有这位老人：{who}", "no such senior: {who}"),
    "senior.ambiguous": ("有 {count} 位老人符合；请填老人编号", "{count} seniors fit: give the number"),
    "senior.disagree": ("编号为“{number}”的老人是{who}，与填写的不一致", "the senior with the number {number} is {who}, not who is named"),
    "senior.home": ("没有坐标：请在此处或所在场所填纬度和经度", "no position: fill in latitude and longitude here or at the place"),
    "senior.limits": ("与此老人的个人阈值冲突：{reason}", "contradicts this senior's personal limits: {reason}"),
    "senior.consent_kept": ("已登记的同意不因导入而改变；请在系统中登记", "a recorded consent is not changed by an import: record it in the service"),
    "link.scopes": ("扩大权限须老人同意：请在“老人已同意”填“是”", "to widen the scopes the senior must have agreed: write yes in the column consent"),
    "link.ended": ("这一关系曾被解除，将重新建立", "this link was ended once and will be made again"),
    # links, contacts, wristbands, shifts
    "link.twice": ("与第 {other} 行是同一家属关系", "the same link as line {other}"),
    "link.consent": ("新增家属须老人同意：请在“老人已同意”填“是”", "the senior must have agreed: write yes in the column consent"),
    "contact.twice": ("与第 {other} 行重复", "the same contact as line {other}"),
    "contact.url": ("地址不能用：{reason}", "the address cannot be used: {reason}"),
    "contact.not_verified": ("未担保：须由本人核实后才会使用", "not vouched for: it is used once the person has verified it"),
    "device.form": ("不是设备号：{reason}", "not a device id: {reason}"),
    "device.twice": ("与第 {other} 行是同一只手环", "the same wristband as line {other}"),
    "device.senior_twice": ("第 {other} 行已给这位老人另一只手环", "line {other} gives this senior another wristband"),
    "device.revoked": ("此手环已停用，不能佩戴", "this wristband is revoked and cannot be worn"),
    "device.passwords": ("新手环会得到密码：请用 --passwords 指定保存的文件", "new wristbands get passwords: say with --passwords which file shall hold them"),
    "device.future": ("佩戴不能从将来开始", "a binding cannot start in the future"),
    "device.later": ("此前的佩戴在 {at} 才开始或结束；请填更晚的时间或留空", "an earlier binding starts or ends at {at}: give a later time or none"),
    "device.since": ("这位老人从 {at} 起已在戴，开始时间不能改", "this senior has worn it since {at}, which cannot change"),
    "shift.twice": ("与第 {other} 行是同一个班", "the same shift as line {other}"),
    "shift.order": ("结束须晚于开始", "must end after it starts"),
    "shift.long": ("一个班最长 {days} 天", "a shift lasts at most {days} days"),
    "shift.rrule": ("不是 RFC 5545 规则：{reason}", "not a rule of RFC 5545: {reason}"),
    # who may
    "may.admin": ("只有管理员可以导入这张表", "only an administrator imports this table"),
}  # fmt: skip
LANGUAGES: Final = ("zh-CN", "en")


class FileError(InvalidError):
    """A file cannot be read at all; `code` names why, `values` fill in its words."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(_worded(code, LANGUAGES[1], values), "file")
        self.code = code
        self.values = values

    def reason(self, locale: str) -> str:
        """What is wrong and what to do, in words."""
        return _worded(self.code, locale, self.values)


class Fault(NamedTuple):
    """One thing that is wrong; `line` is None for a whole table."""

    sheet: str
    line: int | None
    column: str | None
    code: str
    values: Mapping[str, object]

    def reason(self, locale: str) -> str:
        """What is wrong and what to do, in words."""
        return _worded(self.code, locale, self.values)


@dataclass
class Faults:
    """What is wrong so far; `notes` stop nothing."""

    found: list[Fault] = field(default_factory=list[Fault])
    notes: list[Fault] = field(default_factory=list[Fault])

    def add(
        self,
        sheet: str,
        line: int | None,
        column: str | None,
        code: str,
        **values: object,
    ) -> None:
        """Add what stops the import."""
        self.found.append(Fault(sheet, line, column, code, values))

    def note(
        self,
        sheet: str,
        line: int | None,
        column: str | None,
        code: str,
        **values: object,
    ) -> None:
        """Add what people should know, but which stops nothing."""
        self.notes.append(Fault(sheet, line, column, code, values))


def _worded(code: str, locale: str, values: Mapping[str, object]) -> str:
    return WORDS[code][0 if locale == LANGUAGES[0] else 1].format(**values)
