// Tries numbers until the key derived from one begins as asked (Altcha's proof of work, PBKDF2 with SHA-256).
const puzzle = document.getElementById('puzzle');
const answer = document.getElementById('puzzle-answer');
const puzzleForm = answer?.form;

if (puzzle !== null && puzzleForm && globalThis.crypto?.subtle !== undefined) {
  puzzle.hidden = false;
  const challenge = JSON.parse(puzzle.dataset.challenge);
  const solving = solve(challenge.parameters).then((solution) => {
    answer.value = JSON.stringify({ challenge, solution });
    puzzle.textContent = puzzle.dataset.ready;
  });
  // Whoever is faster than the calculation waits for it.
  puzzleForm.addEventListener('submit', (event) => {
    if (answer.value !== '') return;
    event.preventDefault();
    const send = () => HTMLFormElement.prototype.submit.call(puzzleForm);
    solving.then(send, send);
  });
}

async function solve({ nonce, salt, cost, keyLength, keyPrefix }) {
  const password = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
  const counterAt = new DataView(password.buffer, password.length - 4);
  for (let counter = 0; counter < 1_000; counter += 1) {
    counterAt.setUint32(0, counter, false);
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const how = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations: cost };
    const derivedKey = hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8)));
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
  }
  throw new Error('no number fits');
}

function bytes(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hex(array) {
  return Array.from(array, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
