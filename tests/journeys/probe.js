// What the checks ask of an open page; `test_screens.py` puts it there as `probe`.
window.probe = (() => {
  const shows = (e) => e.checkVisibility({ visibilityProperty: true });
  const short = (e) => e.outerHTML.slice(0, 110);
  const controls = () => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((e) => e.tabIndex >= 0 && shows(e) && !e.matches("input[type=hidden], :disabled, .skip"));
  const inText = (e) => e.matches("a") && getComputedStyle(e).display === "inline"
    && e.parentElement.innerText.trim().length > e.innerText.trim().length;
  const hides = (value) => value === "hidden" || value === "clip";

  // One stop of the Tab key: of a group of radio buttons the chosen one, else the first.
  const stops = (e) => {
    if (e.type !== "radio") { return true; }
    const group = [...document.getElementsByName(e.name)];
    return e === (group.find((one) => one.checked) ?? group[0]);
  };

  return {
    look: ([theme, size]) => Object.assign(document.documentElement.dataset, { theme, size }),
    width: () => document.documentElement.scrollWidth,

    // The controls in the order of the page, numbered; the place before the first is made the start.
    order: () => {
      scrollTo(0, 0);
      document.querySelector(".skip").focus();
      return controls().filter(stops).map((e, nth) => { e.dataset.nth = nth; return short(e); });
    },

    focused: () => {
      const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
      const middle = (from, to, most) => (Math.max(from, 0) + Math.min(to, most)) / 2;
      const top = document.elementFromPoint(middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
      return {
        nth: Number(e.dataset.nth ?? -1), html: short(e), outline: `${style.outlineStyle} ${style.outlineWidth}`, ring: style.boxShadow,
        seen: Boolean(top) && (e.contains(top) || top.contains(e)),
      };
    },

    small: (least) => controls().filter((e) => e.matches("a, button, input, select, textarea, summary")).flatMap((e) => {
      const { width, height } = (e.matches("[type=radio], [type=checkbox]") ? e.closest("label") : e).getBoundingClientRect();
      return inText(e) || (width >= least - 0.5 && height >= least - 0.5) ? [] : [[short(e), width, height]];
    }),

    space: () => {
      const sheet = new CSSStyleSheet(), text = "line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important";
      sheet.replaceSync(`*{${text}}p{margin-bottom:2em!important}`);
      document.adoptedStyleSheets = [sheet];
    },
    unspace: () => { document.adoptedStyleSheets = []; },

    cut: () => [...document.querySelectorAll("main *, header *, nav *, footer *")].filter((e) => {
      const style = getComputedStyle(e);
      return shows(e) && !e.closest(".away, svg, .scroll") && ((hides(style.overflowX) && e.scrollWidth > e.clientWidth + 1)
        || (hides(style.overflowY) && e.scrollHeight > e.clientHeight + 1));
    }).map(short),

    type: () => { const style = getComputedStyle(document.body); return [parseFloat(style.fontSize), parseFloat(style.lineHeight)]; },
    columns: () => [...document.querySelectorAll(".grid")].map((e) => getComputedStyle(e).gridTemplateColumns.split(" ").length),
  };
})();
