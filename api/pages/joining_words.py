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
    "invite.then": (
        "登录后请核对联系方式；如收到验证码，请在那里输入。",
        "After logging in look at your contacts; type in there any code that you are sent.",
    ),
    "invite.done_hint": (
        "现在可以用 {username} 登录了。",
        "You can log in as {username} now.",
    ),
    "invite.gone_hint": (
        "链接只能使用一次，且有时限。请向管理员要一个新的。",
        "It works once and for a time only. Ask an administrator for a new one.",
    ),
}


def say(locale: str, key: str, /, **values: object) -> str:
    """A word of these pages in `locale`, with `values` filled in."""
    return _WORDS[key][0 if locale == "zh-CN" else 1].format(**values)
