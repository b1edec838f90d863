// Follow the theme chosen in Airflow (same origin, its own key), and stay fresh: a page shown
// as of a past moment does not change, so only the live one reloads, and not while hidden.
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
  } catch { /* a sandboxed frame has no storage: the system's colours it is */ }
  if (new URLSearchParams(location.search).has("as_of")) return;
  setInterval(() => { if (!document.hidden) location.reload(); }, 60000);
})();
