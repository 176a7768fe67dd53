"""The words of the pages by which people join: invitations, and their own contacts."""

from typing import Final

_WORDS: Final[dict[str, tuple[str, str]]] = {
    # one's own contacts
    "contacts.title": ("我的联系方式", "My contacts"),
    "contacts.hint": (
        "警报会发到已验证的联系方式。没有验证的不会收到任何通知。",
        "Alerts go to what is verified. What is not verified is told nothing.",
    ),
    "contacts.none": ("还没有联系方式。", "There are none yet."),
    "contacts.push": ("手机推送", "Push"),
    "contacts.chat": ("聊天软件", "Chat"),
    "contacts.sms": ("短信", "Text message"),
    "contacts.voice": ("电话", "Phone call"),
    "contacts.email": ("电子邮件", "E-mail"),
    "contacts.proven": ("已验证", "Verified"),
    "contacts.unproven": ("待验证", "Not verified"),
    "contacts.code": ("收到的六位验证码", "The six digits you were sent"),
    "contacts.verify": ("验证", "Verify"),
    "contacts.send": ("发送新验证码", "Send a new code"),
    "contacts.remove": ("删除", "Remove"),
    "contacts.new": ("添加联系方式", "Add a contact"),
    "contacts.kind": ("方式", "Kind"),
    "contacts.url": ("地址", "Address"),
    "contacts.url_hint": (
        "Apprise 格式的地址，例如 ntfys://ntfy.sh/主题。不清楚时请管理员代为添加。",
        "An Apprise address such as ntfys://ntfy.sh/topic. If in doubt, ask an "
        "administrator to add it.",
    ),
    "contacts.add": ("添加并发送验证码", "Add and send a code"),
    "contacts.sent": ("验证码已发送。", "A code is on its way."),
    "contacts.added": ("已添加，验证码已发送。", "Added; a code is on its way."),
    "contacts.verified": ("验证成功。", "Verified."),
    "contacts.removed": ("已删除。", "Removed."),
    "contacts.six_digits": ("验证码是六位数字。", "A code has six digits."),
    "contacts.wrong": (
        "验证码不对，还可以试 {left} 次。",
        "Wrong code: {left} tries left.",
    ),
    "contacts.spent": (
        "验证码不对，请发送新验证码。",
        "Wrong code: have a new one sent.",
    ),
    "contacts.none_holds": (
        "验证码已失效，请发送新验证码。",
        "The code no longer holds: have a new one sent.",
    ),
    "contacts.wait": (
        "验证码发送太频繁，请 {left} 秒后再试。",
        "Too many codes were sent: try again in {left} s.",
    ),
    "contacts.bad_url": (
        "这个地址不能用：格式不对，或不允许发往那里。",
        "This address cannot be used: it is not understood or not allowed.",
    ),
    "contacts.too_many": (
        "联系方式太多，请先删除一个。",
        "There are too many contacts: remove one first.",
    ),
    # invitations
    "invite.title": ("设置登录", "Set your login"),
    "invite.welcome": ("{name}，您好", "Hello {name}"),
    "invite.hint": (
        "请设置您的用户名和密码，以后用它们登录。",
        "Choose a user name and a password; you log in with them from now on.",
    ),
    "invite.renew": (
        "请设置密码，以后用这个用户名登录。",
        "Choose a new password; you log in with this user name.",
    ),
    "invite.again": ("再输入一次密码", "Password again"),
    "invite.set": ("保存", "Save"),
    "invite.username": (
        "用户名为 1 到 64 个字符，不含空格。",
        "A user name has 1 to 64 characters and no spaces.",
    ),
    "invite.taken": (
        "这个用户名已被使用，请换一个。",
        "This user name is taken: choose another.",
    ),
    "invite.differ": ("两次输入的密码不一致。", "The two passwords differ."),
    "invite.weak": (
        "密码须有 10 到 128 个字符，且不能是常见密码。",
        "A password has 10 to 128 characters and is not a common one.",
    ),
    "invite.done": ("设置成功", "Done"),
    "invite.done_hint": (
        "现在可以用 {username} 登录了。",
        "You can log in as {username} now.",
    ),
    "invite.gone_hint": (
        "链接只能使用一次，且有时限。请向管理员要一个新的。",
        "It works once and for a time only. Ask an administrator for a new one.",
    ),
    # hand-over, calls for help, follow-ups
    "help.hand_over": ("交接", "Hand over"),
    "help.hand_over_to": ("请谁接手？", "To whom?"),
    "help.on_duty": ("在岗", "on duty"),
    "help.asked_you": ("请您接手这条警报", "You are asked to take this over"),
    "help.accept": ("我接手", "I take it over"),
    "help.decline": ("不能接手", "I cannot"),
    "help.waits_for": ("已请 {name} 接手，等待回应", "Waiting for {name} to take over"),
    "help.whistle": ("吹哨", "Call for help"),
    "help.whistle_to": ("请谁来？", "Who is wanted?"),
    "help.requests": ("吹哨记录", "Calls for help"),
    "help.due": ("应在 {time} 前出发", "to be on the way by {time}"),
    "help.ring": ("拨打 {number}", "Ring {number}"),
    "help.rang": ("已拨打", "I have rung them"),
    "help.rang_them": ("已拨打", "rung"),
    "help.rung": ("{time} 已拨打", "rung at {time}"),
    "help.asked_by": ("{name} 请求协助", "{name} asks for help"),
    "help.answer": ("记录回应", "Record the answer"),
    "help.closed": ("这次求助已经结束。", "This call for help is over."),
    "request.level_up": ("上一级", "The next level"),
    "request.hospital": ("医院 120", "Hospital 120"),
    "request.police": ("公安 110", "Police 110"),
    "request.fire": ("消防 119", "Fire brigade 119"),
    "request.property": ("物业", "Property management"),
    "request.other": ("其他单位", "Another department"),
    "request.is.asked": ("已请求", "asked"),
    "request.is.accepted": ("已接受", "accepted"),
    "request.is.on_the_way": ("已出发", "on the way"),
    "request.is.overdue": ("超时未出发", "overdue"),
    "request.is.done": ("已办结", "done"),
    "request.is.declined": ("不能来", "declined"),
    "request.is.withdrawn": ("不再需要", "no longer needed"),
    "request.say.accepted": ("接受", "Accept"),
    "request.say.on_the_way": ("已出发", "On the way"),
    "request.say.done": ("办结", "Done"),
    "request.say.declined": ("不能来", "Cannot come"),
    "followup.title": ("待回访（{count}）", "Follow-ups ({count})"),
    "followup.since": ("{kind}，{time} 结束", "{kind}, over at {time}"),
    "followup.overdue": ("超时", "Overdue"),
    "followup.call": ("家属请求回电", "The family asks for a call"),
    "followup.mine": ("由您回访", "Yours"),
    "followup.well": ("情况良好", "All is well"),
    "followup.not_well": ("情况不好", "Not well"),
    "followup.not_reached": ("没联系上", "Not reached"),
    "followup.reopen": ("情况不好，重新打开警报", "Not well: reopen the alert"),
    "followup.raise": ("情况不好，发起新警报", "Not well: raise a new alert"),
    "followup.over": ("已经有结果了。", "This has been answered."),
}


def say(locale: str, key: str, /, **values: object) -> str:
    """A word of these pages in `locale`, with `values` filled in."""
    return _WORDS[key][0 if locale == "zh-CN" else 1].format(**values)
