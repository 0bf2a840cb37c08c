// Asks what there is to say about an address while it is typed. The button "check" does the same without script.
const place = document.querySelector('[data-check-action]');
const form = place?.querySelector('form');
const PAUSE = 700;

if (place !== null && form) {
  for (const input of form.querySelectorAll('[data-uri-kind]')) {
    let timer;
    input.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(() => void check(input), PAUSE);
    });
  }
}

async function check(input) {
  const list = document.getElementById(`${input.id}-findings`);
  const typed = input.value;
  if (typed.trim() === '') return list.replaceChildren();
  const data = new FormData(form);
  const body = new URLSearchParams({ csrf: data.get('csrf'), kind: input.dataset.uriKind, uris: typed });
  for (const name of ['environment', 'application']) body.set(name, data.get(name) ?? '');
  const answer = await fetch(place.dataset.checkAction, { method: 'POST', body }).catch(() => undefined);
  if (!answer?.ok || input.value !== typed) return;
  const { findings } = await answer.json();
  list.replaceChildren(...findings.map(shown));
}

function shown({ value, kind, words }) {
  const item = document.createElement('li');
  item.className = `finding finding-${kind}`;
  const address = document.createElement('bdi');
  address.className = 'machine-word';
  address.dir = 'ltr';
  address.textContent = value;
  item.append(address, `: ${words}`);
  return item;
}
