"""`onevisit licence verify FILE [--on DATE] [--trust DIR] [--revoked FILE]`: genuine and in force? No database."""

import argparse
from dataclasses import asdict
from pathlib import Path

from onevisit import settings
from onevisit.channels.cli.answer import Answer, Unreadable, read_text
from onevisit.channels.cli.moments import day, now
from onevisit.licences import verification
from onevisit.papers.verification import TRUST, Findings, NoRoots, trusted

FACTS = {
    "type": "证照", "number": "编号", "identifier": "证照标识", "holder": "持证人", "issuer": "颁发单位", "issued": "颁发时间",
    "valid_from": "有效期自", "valid_to": "有效期至", "sealed_by": "签章", "sealed_at": "签章时间", "verify": "网上核验",
}  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("verb", choices=["verify"], metavar="VERB", help="verify 核验一份电子证照文件")
    parser.add_argument("file", metavar="FILE", type=Path, help="电子证照（PDF）")
    parser.add_argument("--on", type=day, metavar="DATE", help="按哪一天核验，默认今天")
    parser.add_argument("--trust", type=Path, metavar="DIR", help="放受信任根证书（*.pem）的文件夹，默认用本机的")
    parser.add_argument("--revoked", type=Path, metavar="FILE", help="公布的失效证照名单（JSON）")


def run(args: argparse.Namespace) -> Answer:
    """Exit 1 if anything is wrong with the licence; 2 if a file cannot be read."""
    on = args.on or now().date()
    try:
        content = args.file.read_bytes()
        roots = trusted(args.trust or settings.KEYS / TRUST)
        ended = verification.read_ended(read_text(args.revoked)) if args.revoked else {}
    except OSError as why:
        raise Unreadable(f"读不了这个文件（{why.strerror}），请检查路径和权限。", file=args.file) from why
    except NoRoots as why:
        raise Unreadable(str(why), key="--trust") from why
    except ValueError as why:
        raise Unreadable(str(why), file=args.revoked) from why
    found = verification.verify_file(content, roots, ended, on)
    document = {"valid": found.valid, "findings": [asdict(one) for one in found.findings], "facts": dict(found.facts)}
    return Answer(document, _text(found), int(not found.valid))


def _text(found: Findings) -> str:
    head = "核验通过：文件完整，签章有效，证照有效。" if found.valid else "核验不通过："
    sample = ["  这是演示用的示例证照，不具有法律效力。"] if found.facts.get("sample") == "yes" else []
    facts = [f"  {name}：{found.facts[key]}" for key, name in FACTS.items() if found.facts.get(key)]
    return "\n".join([head, *(f"  {one.message}" for one in found.findings), *sample, *facts])
