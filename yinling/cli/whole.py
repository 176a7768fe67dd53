"""Every command of `yinling` gathered."""

from yinling.cli.groups import gathered

cli = gathered()
