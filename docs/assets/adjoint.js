// What a page can do without: Copy buttons, keyboard focus for areas that scroll, and the keyboard
// for the header's two buttons. `document$` is Material's: it fires on load and after each instant navigation.
const overflow = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
    else if (target !== document.activeElement) target.removeAttribute("tabindex");
  }
});

document$.subscribe(() => {
  overflow.disconnect();
  for (const area of document.querySelectorAll(".md-content :is(pre, .formula, .trail, math)")) {
    overflow.observe(area);
  }
  if (!navigator.clipboard) return; // pages that are not served over https
  for (const button of document.querySelectorAll(".example .copy[hidden]")) {
    button.hidden = false;
    const spoken = document.createElement("span");
    spoken.className = "hear";
    spoken.setAttribute("role", "status"); // has to be there before its text is
    button.after(spoken);
  }
});

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.(".example .copy");
  if (!button) return;
  const spoken = button.nextElementSibling;
  const say = (label, news) => {
    button.textContent = label;
    spoken.textContent = news;
  };
  const code = button.closest(".example").querySelector(".highlight code");
  try {
    await navigator.clipboard.writeText(code.textContent);
    say("Copied", "Copied");
  } catch {
    say("Not copied", "Not copied");
  }
  setTimeout(say, 2000, "Copy", "");
});

// A label answers the pointer without any script, but not these keys.
document.addEventListener("keydown", (event) => {
  if ((event.key === "Enter" || event.key === " ") && event.target.matches("label [role=button]")) {
    event.preventDefault();
    event.target.click();
  }
});
