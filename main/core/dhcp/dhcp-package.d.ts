/** The npm package `dhcp` has no types. Only its option table is used here; see README.md for why. */
declare module 'dhcp/lib/options.js' {
  type PackageOption = {
    name: string
    /** `IP IPs UInt8 UInt16 UInt32 Int32 UInt8s UInt16s ASCII UTF8 Bool`; absent in one of the two pseudo options above 1000. */
    type?: string
    enum?: Readonly<Record<number, string>>
  }
  const table: { opts: Readonly<Record<number, PackageOption>> }
  export default table
}
