// Offers a passkey where the browser can make one; what it made is posted by the form of the page.
const offer = document.getElementById('passkey-offer');
const form = document.getElementById('passkey-form');
const { browserSupportsWebAuthn, startRegistration } = globalThis.SimpleWebAuthnBrowser;

if (offer !== null && form instanceof HTMLFormElement && browserSupportsWebAuthn()) {
  offer.hidden = false;
  document.getElementById('passkey-cannot').hidden = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void make(JSON.parse(offer.dataset.options));
  });
}

async function make(optionsJSON) {
  const failed = document.getElementById('passkey-failed');
  failed.hidden = true;
  try {
    form.elements.namedItem('response').value = JSON.stringify(await startRegistration({ optionsJSON }));
    HTMLFormElement.prototype.submit.call(form);
  } catch {
    // Given up, timed out, or there is one already: the page says what can be done, whatever the reason.
    failed.hidden = false;
  }
}
