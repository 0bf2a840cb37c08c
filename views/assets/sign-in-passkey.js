// Signs in with a passkey: by the button, and where the browser can, from the list it opens at the first field.
const offer = document.getElementById('passkey-offer');
const form = document.getElementById('passkey-form');
const { browserSupportsWebAuthn, browserSupportsWebAuthnAutofill, startAuthentication } =
  globalThis.SimpleWebAuthnBrowser;

if (offer !== null && form instanceof HTMLFormElement && browserSupportsWebAuthn()) {
  const optionsJSON = JSON.parse(offer.dataset.options);
  offer.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    startAuthentication({ optionsJSON }).then(post, (error) => {
      // Another request took its place, or the person went away from the page.
      if (error.name === 'AbortError') return;
      document.getElementById('passkey-failed').hidden = false;
    });
  });
  if (document.querySelector('input[autocomplete$="webauthn"]') !== null) void offerInField(optionsJSON);
}

async function offerInField(optionsJSON) {
  if (!(await browserSupportsWebAuthnAutofill())) return;
  startAuthentication({ optionsJSON, useBrowserAutofill: true }).then(post, () => undefined);
}

function post(answer) {
  const shared = document.getElementById('shared_computer');
  form.elements.namedItem('response').value = JSON.stringify(answer);
  form.elements.namedItem('shared_computer').value = shared?.checked === true ? 'yes' : '';
  HTMLFormElement.prototype.submit.call(form);
}
