"""URLs of databases in plans: without their passwords, which are kept beside for this run and written nowhere."""

from __future__ import annotations

import dataclasses

from twinset.databases.address import HIDDEN, is_url, shown
from twinset.pipeline.settings import Settings
from twinset.plan import Plan


def without_secrets(plan: Plan, settings: Settings) -> tuple[Plan, Settings]:
    """The plan with every source's URL as it may be written down, and settings under which it is read all the same."""
    stages, addresses = {}, dict(settings.addresses)
    for name, stage in plan.stages.items():
        if stage.source is not None and is_url(stage.source) and "://" in stage.source:
            plain = shown(stage.source).replace(f":{HIDDEN}@", "@")
            addresses.setdefault(plain, stage.source)
            stage = stage.model_copy(update={"source": plain})
        stages[name] = stage
    return plan.model_copy(update={"stages": stages}), dataclasses.replace(settings, addresses=addresses)
