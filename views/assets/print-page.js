// The browser's own menu prints as well; the button is there for those who do not know it.
for (const button of document.querySelectorAll('button[data-prints]')) {
  button.hidden = false;
  button.addEventListener('click', () => globalThis.print());
}
