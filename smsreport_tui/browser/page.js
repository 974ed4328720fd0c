// Who opens the page wants to type at once: the terminal takes the keys as soon as it stands.
new MutationObserver((_, observer) => {
  const keys = document.querySelector(".xterm-helper-textarea");
  if (keys && document.body.classList.contains("-first-byte")) {
    keys.focus();
    observer.disconnect();
  }
}).observe(document.documentElement, { subtree: true, childList: true, attributes: true });
