"""How words sound (拼音): a text as syllables or as initials, one letter for each, so that sounds are compared as characters are.

The letters are Hangul ones, which no Chinese text holds. Sounds that input methods and dialects mix (zh/z, ng/n) are one.

>>> spelt("身份证") == spelt("身分正") == spelt("shenfenzheng") == spelt("sheng fen zen")
True
>>> initials("身份证补办") == initials("sfz补办")
True
"""

import re
from functools import lru_cache

from pypinyin import lazy_pinyin

SYLLABLES = """
a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce cen ceng cha chai chan
chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou cu cuan cui cun cuo da dai dan
dang dao de dei deng di dia dian diao die ding diu dong dou du duan dui dun duo e ei en er fa fan fang fei fen feng fo fou fu
ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han hang hao he hei hen heng hong hou
hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke kei
ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei len leng li lia lian liang liao lie lin ling
liu lo long lou lu luan lun luo lv lve ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan
nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou nu nuan nuo nv nve o ou pa pai pan pang pao pei pen peng
pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri
rong rou ru ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shei shen sheng shi shou shu shua
shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta tai tan tang tao te tei teng ti tian tiao tie ting tong
tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya
yan yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhei
zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
"""
LETTER = {one: chr(0xAC00 + at) for at, one in enumerate(SYLLABLES.split())}
INITIAL = {one: chr(0xB000 + at) for at, one in enumerate("abcdefghijklmnopqrstuvwxyz")}
RUN = re.compile(r"[a-z]+|[^\W_a-z0-9]+")
MIXED = (("zh", "z"), ("ch", "c"), ("sh", "s"))
LONGEST = 6
"""Letters of the longest syllable."""
READ = 60
"""Letters of one run that are read."""


def spelt(text: str) -> str:
    """One letter for each syllable of Chinese characters and of pinyin; empty if a run of letters is no pinyin."""
    found: list[str] = []
    for run in RUN.findall(text.lower()):
        read = _cut(run[:READ]) if run.isascii() else _read(run)
        if not read:
            return ""
        found += read
    return "".join(_letter(one) for one in found)


def initials(text: str) -> str:
    """One letter for the beginning of each syllable; letters that are no pinyin are beginnings themselves."""
    found = ""
    for run in RUN.findall(text.lower()):
        read = (_cut(run[:READ]) or tuple(run)) if run.isascii() else _read(run)
        found += "".join(INITIAL[one[0]] for one in read if one[0] in INITIAL)
    return found


@lru_cache(maxsize=65536)
def _read(run: str) -> tuple[str, ...]:
    """The syllables of Chinese characters; those that have none are left out."""
    return tuple(one for one in (read.replace("ü", "v") for read in lazy_pinyin(run, errors="ignore")) if one.isascii())


def _letter(syllable: str) -> str:
    """The letter of a syllable, the same for those that people mix up."""
    mixed = next((short + syllable[2:] for long, short in MIXED if syllable.startswith(long)), syllable)
    mixed = mixed[:-1] if mixed.endswith(("ang", "eng", "ing")) else mixed
    return LETTER.get(mixed) or LETTER.get(syllable, "")


@lru_cache(maxsize=4096)
def _cut(run: str) -> tuple[str, ...]:
    """The fewest syllables that the letters are cut into; none if they cannot be."""
    best: list[tuple[str, ...] | None] = [(), *([None] * len(run))]
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - LONGEST), end):
            before = best[start]
            if before is not None and run[start:end] in LETTER:
                kept = best[end]
                if kept is None or len(before) + 1 < len(kept):
                    best[end] = (*before, run[start:end])
    return best[-1] or ()
