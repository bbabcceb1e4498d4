/** What a phone said of itself, for a person who has to tell what stands there; and where it is on its way to the target firmware. */
export const unknownFacts = {
  vendorClass: 'Vendor class',
  hostName: 'Host name',
  userAgent: 'User-Agent',
  parameterRequestList: 'Asks DHCP for',
  paths: 'Asked for',
  tftpOptions: 'TFTP options',
  certificate: 'Certificate',
  hardware: 'Hardware',
  issuedBy: (subject: string, issuer: string) => `${subject}, issued by ${issuer}`,
}

export const firmwareStep = {
  /** At most 18 letters: it stands on the tile. */
  short: (index: number, count: number) => `Step ${index} of ${count}`,
  installing: (index: number, count: number) => `Installing ${index} of ${count}`,
  long: (index: number, count: number, version: string) => `step ${index} of ${count}: ${version}`,
}
