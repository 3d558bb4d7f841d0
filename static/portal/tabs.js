/* Tabs that are wider than the window: the open one is brought into view. */
for (const tab of document.querySelectorAll(".tabs [aria-current=page]")) {
  const bar = tab.parentElement;
  bar.scrollLeft = tab.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2;
}
