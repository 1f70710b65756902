/** Metadata of SAML 2.0 identity providers: whether IAM can take it. */
import { MalformedXml, parseXml, type XmlElement } from '../../protocol/xml/xml-parser.ts';
import { invalidInput } from './errors.ts';

/**
 * An entity that describes an identity provider with a certificate for its signatures. Throws
 * InvalidInput. https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf
 */
export function checkSamlMetadata(document: string): void {
  const entity = parse(document);
  const issuer = entity?.attributes.get('entityID') ?? '';
  const provider = entity?.children.find(({ name }) => name === 'IDPSSODescriptor');
  const isMetadata = entity?.name === 'EntityDescriptor' && issuer !== '';
  if (!isMetadata || provider === undefined || !holdsCertificate(provider)) {
    throw invalidInput('Could not parse metadata');
  }
}

function parse(document: string): XmlElement | undefined {
  try {
    // A byte order mark and blanks may stand before the document.
    return parseXml(Buffer.from(document.trim()));
  } catch (error) {
    if (error instanceof MalformedXml) return undefined;
    throw error;
  }
}

function holdsCertificate({ children }: XmlElement): boolean {
  return children
    .filter(({ name, attributes }) => {
      return name === 'KeyDescriptor' && (attributes.get('use') ?? 'signing') === 'signing';
    })
    .flatMap((descriptor) => descriptor.children)
    .flatMap((keyInfo) => keyInfo.children)
    .flatMap((data) => data.children)
    .some(({ name, text }) => name === 'X509Certificate' && /^[A-Za-z0-9+/=\s]+$/.test(text));
}
