"""Numbers of organizations and users."""

from __future__ import annotations

import pytest

from service.domain.errors import ProjectNotFoundError
from service.domain.ids import new_id
from service.organizations.numbers import Numbers
from service.postgres.database import Database
from tests.world import World


async def test_members_have_numbers_and_others_have_none(database: Database, world: World) -> None:
    ours, theirs = world.organization(), world.organization()
    numbers = Numbers(database)
    known = dict(world.rows("SELECT id, number FROM users"))
    assert ours.user_id is not None
    assert theirs.user_id is not None
    for _ in range(2):
        found = await numbers.users(ours, [ours.user_id, theirs.user_id, new_id(), None])
        assert found == {ours.user_id: known[ours.user_id]}
    assert await numbers.users(theirs, [ours.user_id, theirs.user_id]) == {theirs.user_id: known[theirs.user_id]}


async def test_organization_has_a_number_and_a_default_project(database: Database, world: World) -> None:
    scope, numbers = world.organization(), Numbers(database)
    number, project = world.row("SELECT number, default_project_id FROM organizations")
    for _ in range(2):
        assert await numbers.organization(scope) == number
        assert await numbers.default_project(scope) == project


async def test_project_of_another_organization_is_like_none(database: Database, world: World) -> None:
    scope, numbers = world.organization(), Numbers(database)
    mine = world.named(scope, "projects", "P")
    theirs = world.named(world.organization(), "projects", "P")
    assert await numbers.project(scope, mine) == mine
    for other in (theirs, new_id()):
        with pytest.raises(ProjectNotFoundError, match=str(other)):
            await numbers.project(scope, other)
