from pathlib import Path

import pytest
from tools.lint.rules import check, findings_in_source, tables_with_tenant, unprotected_tables

ROOT = Path(__file__).resolve().parents[2]
ACTION = "src/yingda/crm/actions.py"


def test_the_product_keeps_its_rules() -> None:
    assert [str(finding) for finding in check(ROOT)] == []


@pytest.mark.parametrize(
    ("text", "path", "rules"),
    [
        ("await ctx.db.commit()", ACTION, ["commit"]),
        ("session.commit()", "src/yingda/kit/db.py", []),
        ("log.info(f'call {x}')", ACTION, ["log"]),
        ("log.info('call %s' % x)", ACTION, ["log"]),
        ("log.info('call.ended', contact=x)", ACTION, []),
        ("log.error(text)", "src/yingda/kit/db.py", ["log"]),
        ("sql = 'SELECT id FROM users WHERE x'", ACTION, ["sql"]),
        ("sql = 'SELECT id FROM users WHERE x'", "src/yingda/crm/queries.py", []),
        ("from sqlalchemy import select\nselect(User)", ACTION, ["sql"]),
        ("from select import select\nselect([], [], [])", ACTION, []),
        ("title = 'Select a user from the list'", ACTION, []),
    ],
)
def test_source(text: str, path: str, rules: list[str]) -> None:
    if "await" in text:
        text = f"async def f(ctx):\n    {text}"
    assert [finding.rule for finding in findings_in_source(text, path)] == rules


MODEL = 'class Call(TenantRow, Base):\n    __tablename__ = "calls"\n    id: Mapped[Id]\n'


def test_a_table_of_tenants_must_be_isolated() -> None:
    assert tables_with_tenant(MODEL) == {"calls"}
    assert tables_with_tenant(MODEL.replace("TenantRow, ", "")) == set()
    assert [finding.rule for finding in unprotected_tables({"m.py": MODEL}, {"1.py": 'op.create_table("calls")'})] == [
        "isolation"
    ]
    assert unprotected_tables({"m.py": MODEL}, {"1.py": 'tenant_table(op, "calls")'}) == []
    looped = 'for name in ("calls", "legs"):\n    tenant_table(op, name)'
    assert unprotected_tables({"m.py": MODEL}, {"1.py": looped}) == []
