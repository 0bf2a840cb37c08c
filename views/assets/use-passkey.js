// Offers the passkeys of this browser where it has any to ask for; the answer is posted by the form of the page.
const offer = document.getElementById('passkey-offer');
const form = document.getElementById('passkey-form');
const { browserSupportsWebAuthn, startAuthentication } = globalThis.SimpleWebAuthnBrowser;

if (offer !== null && form instanceof HTMLFormElement && browserSupportsWebAuthn()) {
  offer.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void use(JSON.parse(offer.dataset.options));
  });
}

async function use(optionsJSON) {
  const failed = document.getElementById('passkey-failed');
  failed.hidden = true;
  try {
    form.elements.namedItem('response').value = JSON.stringify(await startAuthentication({ optionsJSON }));
    HTMLFormElement.prototype.submit.call(form);
  } catch {
    failed.hidden = false;
  }
}
