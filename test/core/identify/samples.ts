import type { Facts } from '../../../main/core/identify/identify.ts'
import { fromHex } from '../../../main/core/model/bytes.ts'

/** What must come out; what is left out must be null. */
export type Yields = { vendor?: string; model?: string; firmware?: string; mac?: string; serial?: string; hardware?: string }
export type Sample = [facts: Facts, yields: Yields]

const agent = (userAgent: string, yields: Yields, more: Facts = {}): Sample => [{ userAgent, ...more }, yields]
const dhcp = (vendorClass: string, yields: Yields): Sample => [{ vendorClass: new TextEncoder().encode(vendorClass) }, yields]
const asks = (path: string, yields: Yields): Sample => [{ path }, yields]
const options = (parameterRequestList: string, yields: Yields): Sample => [
  { parameterRequestList: parameterRequestList.split(',').map(Number) },
  yields,
]
const mac = (leaseMac: string, yields: Yields): Sample => [{ leaseMac }, { mac: leaseMac, ...yields }]

/** The dump of a SoundPoint IP 601 in the vendor's manual. */
const POLY_601 =
  '0000363d6f0107506f6c79636f6d0215536f756e64506f696e7449502d535049505f3630310310323334352d31313630352d3030312c32041c5349502f5469702e585858582f30382d4a756e2d30372031303a3434051d42522f332e312e302e585858582f32382d4170722d30352031333a3330'

/**
 * Every header, vendor class, list of option 55 and file name of the collected vendor facts, and the variants these name: MAC in colons, bare, upper case,
 * missing, in the middle; a serial like a MAC; the version of an updater; blanks in models; white labels; NUL at the end.
 */
export const SAMPLES: Readonly<Record<string, readonly Sample[]>> = {
  Yealink: [
    agent('Yealink SIP-T46U 108.87.14.1 24:9a:d8:6e:9d:88', {
      vendor: 'Yealink',
      model: 'T46U',
      firmware: '108.87.14.1',
      mac: '249ad86e9d88',
    }),
    agent('Yealink SIP-T46S 66.86.0.15 805ec0123456', { vendor: 'Yealink', model: 'T46S', firmware: '66.86.0.15', mac: '805ec0123456' }),
    agent('Yealink SIP-T46U 180.85.0.54 80:5E:C0:78:29:65', {
      vendor: 'Yealink',
      model: 'T46U',
      firmware: '180.85.0.54',
      mac: '805ec0782965',
    }),
    agent('Yealink SIP-T54W 96.86.0.74', { vendor: 'Yealink', model: 'T54W', firmware: '96.86.0.74' }),
    agent('yealink SIP-T46S 66.86.0.15 805ec0123456', { vendor: 'Yealink', model: 'T46S', firmware: '66.86.0.15', mac: '805ec0123456' }),
    agent('Yealink SIP-T46S  66.86.0.15 805EC0123456', { vendor: 'Yealink', model: 'T46S', firmware: '66.86.0.15', mac: '805ec0123456' }),
    agent('Yealink SIP VP-T49G 51.80.0.10 00:15:65:9b:5a:44', {
      vendor: 'Yealink',
      model: 'T49G',
      firmware: '51.80.0.10',
      mac: '0015659b5a44',
    }),
    agent('Yealink W70B 146.85.0.5 80:5e:0c:1d:65:4e', { vendor: 'Yealink', model: 'W70B', firmware: '146.85.0.5', mac: '805e0c1d654e' }),
    agent('Yealink CP860 37.81.0.10 00:15:65:12:34:56', { vendor: 'Yealink', model: 'CP860', firmware: '37.81.0.10', mac: '001565123456' }),
    agent('W52P 25.30.0.2 00:15:65:40:ae:35', { vendor: 'Yealink', model: 'W52P', firmware: '25.30.0.2', mac: '00156540ae35' }),
    agent('VP530 23.70.0.40 00:15:65:31:4b:c0', { vendor: 'Yealink', model: 'VP530', firmware: '23.70.0.40', mac: '001565314bc0' }),
    agent('Yealink SIP-T46G 28.71.0.81 28.1.0.128.0.0.0', {
      vendor: 'Yealink',
      model: 'T46G',
      firmware: '28.71.0.81',
      hardware: '28.1.0.128.0.0.0',
    }),
    agent('Yealink SIP-T58 58.86.0.20 80:5e:c0:11:22:33', {
      vendor: 'Yealink',
      model: 'T58A',
      firmware: '58.86.0.20',
      mac: '805ec0112233',
    }),
    dhcp('yealink', { vendor: 'Yealink' }),
    dhcp('yealink\0', { vendor: 'Yealink' }),
    options('1,2,3,4,6,7,12,15,28,42,66,67,43,120', { vendor: 'Yealink' }),
    [{ hostName: 'SIP-T46S' }, { vendor: 'Yealink', model: 'T46S' }],
    asks('/y000000000000.boot', { vendor: 'Yealink' }),
    asks('/y000000000066.cfg', { vendor: 'Yealink', model: 'T46S' }),
    asks('/y000000000123.cfg', { vendor: 'Yealink' }), // T31G, T31P, T30
    asks('/y000000000036.cfg', { vendor: 'Yealink', model: 'T41P' }),
    asks('/y000000000197.cfg', { vendor: 'Yealink', model: 'T87W' }),
    asks('/805ec0123456.boot', { vendor: 'Yealink', mac: '805ec0123456' }),
    // The number of the file is not the first number of the version.
    agent(
      'Yealink SIP-T41S 66.86.0.15 80:5e:c0:00:00:01',
      { vendor: 'Yealink', model: 'T41S', firmware: '66.86.0.15', mac: '805ec0000001' },
      { path: '/y000000000068.cfg' },
    ),
    agent(
      'Yealink SIP-T31G 124.86.0.75 80:5e:c0:00:00:02',
      { vendor: 'Yealink', model: 'T31G', firmware: '124.86.0.75', mac: '805ec0000002' },
      { path: '/y000000000123.cfg' },
    ),
    ...['001565', '805ec0', '805e0c', '249ad8', '44dbd2', 'c4fc22', 'e434d7', '3497d7', '644f56', 'b061a9', 'ec1da9', 'f01653'].map((oui) =>
      mac(`${oui}0a0b0c`, { vendor: 'Yealink' }),
    ),
    [
      { certificate: { subject: 'CN=805ec0123456', issuer: 'CN=Yealink Equipment Issuing CA' } },
      { vendor: 'Yealink', mac: '805ec0123456' },
    ],
  ],
  Poly: [
    agent('FileTransport PolycomVVX-VVX_400-UA/4.1.4.7430 Type/Application', { vendor: 'Poly', model: 'VVX 400', firmware: '4.1.4.7430' }),
    agent('FileTransport PolyEdge-Edge_E450-UA/8.0.0.15602 Type/Application', {
      vendor: 'Poly',
      model: 'Edge E450',
      firmware: '8.0.0.15602',
    }),
    agent('FileTransport PolyCCX-CCX_500-UA/9.4.1.0508 (SN:64167f9f4c90) Type/Application', {
      vendor: 'Poly',
      model: 'CCX 500',
      firmware: '9.4.1.0508',
      mac: '64167f9f4c90',
    }),
    agent('FileTransport PolycomSoundStationIP-SSIP_6000-UA/5.0.3.1667 Type/Updater', { vendor: 'Poly', model: 'SoundStation IP 6000' }),
    agent('FileTransport PolycomSoundPointIP-SPIP_335-UA/3.2.1.0078', { vendor: 'Poly', model: 'SoundPoint IP 335' }),
    agent(
      'FileTransport PolycomSoundPointIP-SPIP_335-UA/3.2.1.0078',
      { vendor: 'Poly', model: 'SoundPoint IP 335', firmware: '3.2.1.0078', mac: '0004f2123456' },
      { path: '/0004f2123456-phone.cfg' },
    ),
    agent('FileTransport PolycomVVX-VVX_411-UA/5.9.0.9373 (SN:12345) Type/Application', {
      vendor: 'Poly',
      model: 'VVX 411',
      firmware: '5.9.0.9373',
      serial: '12345',
    }),
    agent('FileTransport PolycomRealPresenceTrio-Trio_8800-UA/5.9.0.11398 Type/Application', {
      vendor: 'Poly',
      model: 'Trio 8800',
      firmware: '5.9.0.11398',
    }),
    dhcp('Polycom-VVX310', { vendor: 'Poly', model: 'VVX 310' }),
    dhcp('Polycom-SSIP7000', { vendor: 'Poly', model: 'SoundStation IP 7000' }),
    [{ vendorClass: fromHex(POLY_601) }, { vendor: 'Poly', model: 'SoundPoint IP 601' }],
    options('1,28,160,66,43,3,4,42,2,6,15', { vendor: 'Poly' }),
    options('66,160,7,54,42,15,6,4,3,2,1', { vendor: 'Poly' }),
    options('1,28,66,3,4,42,2,6,15', { vendor: 'Poly' }),
    [{ hostName: 'Polycom_64167f000001' }, { vendor: 'Poly', mac: '64167f000001' }],
    asks('/000000000000.cfg', { vendor: 'Poly' }),
    asks('/000000000000-license.cfg', { vendor: 'Poly' }),
    ...['0004f2', '64167f', '482567', '00907a'].map((oui) => mac(`${oui}0a0b0c`, { vendor: 'Poly' })),
  ],
  Grandstream: [
    agent('Grandstream Model HW GXP1405 SW 1.0.4.23 DevId 000b8240d55c', {
      vendor: 'Grandstream',
      model: 'GXP1405',
      firmware: '1.0.4.23',
      mac: '000b8240d55c',
    }),
    agent('Grandstream Model HW HT801 V1.1A SW 1.0.17.5 DevId c074ad273a10', {
      vendor: 'Grandstream',
      model: 'HT801',
      firmware: '1.0.17.5',
      mac: 'c074ad273a10',
      hardware: '1.1A',
    }),
    agent('Grandstream Model HW HT801  V1.1A SW 1.0.17.5 DevId c074ad273a10', {
      vendor: 'Grandstream',
      model: 'HT801',
      firmware: '1.0.17.5',
      mac: 'c074ad273a10',
      hardware: '1.1A',
    }),
    agent('Grandstream Model HW GRP2601W SW 1.0.7.32 DevId EC:74:D7:89:1A:76', {
      vendor: 'Grandstream',
      model: 'GRP2601',
      firmware: '1.0.7.32',
      mac: 'ec74d7891a76',
    }),
    agent('Grandstream GXP2000 (gxp2000e.bin:1.2.5.3/boot55e.bin:1.1.6.9) DevId 000b822726c8', {
      vendor: 'Grandstream',
      model: 'GXP2000',
      firmware: '1.2.5.3',
      mac: '000b822726c8',
    }),
    agent('Grandstream GXW4216 (DevId c074ad1e8bc6)', { vendor: 'Grandstream', model: 'GXW4216', mac: 'c074ad1e8bc6' }),
    agent('Grandstream GXW4248 (DevId c074ad18429a / c074ad18429b)', { vendor: 'Grandstream', model: 'GXW4248' }),
    dhcp('Grandstream GXP1405 dslforum.org', { vendor: 'Grandstream', model: 'GXP1405' }),
    dhcp('Grandstream GXP2124 dslforum.org', { vendor: 'Grandstream', model: 'GXP2124' }),
    dhcp('Grandstream HT702 dslforum.org', { vendor: 'Grandstream', model: 'HT702' }),
    dhcp('HT500 dslforum.org', { vendor: 'Grandstream' }),
    dhcp('DP7XX dslforum.org', { vendor: 'Grandstream' }),
    dhcp('Grandstream Networks, Inc.', { vendor: 'Grandstream' }),
    options('1,2,3,6,12,15,28,42,43,66,120,125', { vendor: 'Grandstream' }),
    options('1,3,6,12,15,28,66', { vendor: 'Grandstream' }),
    [
      {
        path: '/cfg000b8240d55c.xml',
        protocol: 'tftp',
        tftpOptions: { grandstream_MODEL: 'GXP2140', grandstream_ID: '000b8240d55c', blksize: '512' },
      },
      { vendor: 'Grandstream', model: 'GXP2140', mac: '000b8240d55c' },
    ],
    [
      { tftpOptions: { grandstream_model: 'HT801', grandstream_id: 'C0:74:AD:27:3A:10', grandstream_NAT: '0' } },
      { vendor: 'Grandstream', model: 'HT801', mac: 'c074ad273a10' },
    ],
    asks('/cfggrp2614.xml', { vendor: 'Grandstream', model: 'GRP2614' }),
    ...['000b82', 'c074ad', 'ec74d7'].map((oui) => mac(`${oui}0a0b0c`, { vendor: 'Grandstream' })),
  ],
  Snom: [
    agent('Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 2010.12-00004-g9ba52f5 000413922D24 SXM:0 UXM:0)', {
      vendor: 'Snom',
      model: 'Snom D785',
      firmware: '10.1.33.33',
      mac: '000413922d24',
    }),
    agent(
      'Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 2010.12-00004-g9ba52f5 (Feb 12 2019 - 09:45:53 (x)) 000413922D24 SXM:0 UXM:0 UXMC:0)',
      {
        vendor: 'Snom',
        model: 'Snom D785',
        firmware: '10.1.33.33',
        mac: '000413922d24',
      },
    ),
    agent('Mozilla/4.0 (compatible; snom710-SIP 8.7.5.35 1.1.5-IFX-05.01.12 000413741767)', {
      vendor: 'Snom',
      model: 'Snom 710',
      firmware: '8.7.5.35',
      mac: '000413741767',
    }),
    agent('Mozilla/4.0 (compatible; snom320-SIP 7.3.30 1.1.3-u)', { vendor: 'Snom', model: 'Snom 320', firmware: '7.3.30' }),
    agent('Mozilla/4.0 (compatible; Snom M900 05.20.0001 000413b60680)', {
      vendor: 'Snom',
      model: 'Snom M900',
      firmware: '05.20.0001',
      mac: '000413b60680',
    }),
    dhcp('snom320', { vendor: 'Snom', model: 'Snom 320' }),
    dhcp('snomD785', { vendor: 'Snom', model: 'Snom D785' }),
    dhcp('snomPA1', { vendor: 'Snom', model: 'Snom PA1' }),
    dhcp('snomM900', { vendor: 'Snom', model: 'Snom M900' }),
    options('1,3,6,12,15,42,66,67,120', { vendor: 'Snom' }),
    asks('/snomD345.htm', { vendor: 'Snom', model: 'Snom D345' }),
    asks('/snomD345-000413A11FA7.htm', { vendor: 'Snom', model: 'Snom D345', mac: '000413a11fa7' }),
    mac('0004130a0b0c', { vendor: 'Snom' }),
    // An M3 and a phone that calls itself by its lid: nothing more is known of them than the maker.
    agent('Mozilla/5.0 (X11; Linux x86_64)', {}),
  ],
  'Gigaset, P phones in blocks of Snom': [
    '000413801',
    '000413d81',
    '000413e21',
    '000413e31',
    '000413e51',
    '000413e71',
    '00acdce31',
    '00acdce41',
  ].map((oui) => mac(`${oui}abc`, { vendor: 'Gigaset' })),
  'Cisco SPA, Linksys': [
    agent('Cisco/SPA504G-7.5.2b (5057A8AABBCC)(CBT150101AB)', {
      vendor: 'Cisco',
      model: 'SPA504G',
      firmware: '7.5.2b',
      mac: '5057a8aabbcc'.replace('5057', '5057'),
      serial: 'CBT150101AB',
    }),
    agent('Cisco/SPA525G-7.4.9c (CBT141100NR)', { vendor: 'Cisco', model: 'SPA525G', firmware: '7.4.9c', serial: 'CBT141100NR' }),
    agent('Linksys/SPA-942-6.1.5(a) (88019FA42805)', { vendor: 'Cisco', model: 'SPA-942', firmware: '6.1.5(a)', serial: '88019FA42805' }),
    // A serial in a range of the maker's own is a serial all the same.
    agent('Linksys/SPA-942-6.1.5(a) (000E08A42805)', { vendor: 'Cisco', model: 'SPA-942', firmware: '6.1.5(a)', serial: '000E08A42805' }),
    dhcp('LINKSYS SPA-942', { vendor: 'Cisco', model: 'SPA-942' }),
    dhcp('LINKSYS SPA-942\0', { vendor: 'Cisco', model: 'SPA-942' }),
    dhcp('Cisco SPA504G', { vendor: 'Cisco', model: 'SPA504G' }),
    dhcp('Cisco Systems, Inc. IP Phone SPA504G', { vendor: 'Cisco', model: 'SPA504G' }),
    dhcp('CISCO SPA112', { vendor: 'Cisco', model: 'SPA112' }),
    options('1,3,42,6,7,15,58,59,66,2,150,151,160,159', { vendor: 'Cisco' }),
    asks('/spa504G.cfg', { vendor: 'Cisco', model: 'SPA504G' }),
    asks('/spa504g.cfg', { vendor: 'Cisco', model: 'SPA504G' }),
    asks('/init.cfg', { vendor: 'Cisco' }),
  ],
  'Cisco MPP, ATA19x': [
    agent('Cisco-CP-8841-3PCC/11.3.1 (0042681a2b3c)', { vendor: 'Cisco', model: 'CP-8841-3PCC', firmware: '11.3.1', mac: '0042681a2b3c' }),
    agent('Cisco/ATA191-MPP-11-1-0-MSR4 (FCH2443D9R4)', {
      vendor: 'Cisco',
      model: 'ATA191-MPP',
      firmware: '11-1-0-MSR4',
      serial: 'FCH2443D9R4',
    }),
    dhcp('CP-7841-3PCC\0', { vendor: 'Cisco', model: 'CP-7841-3PCC' }),
    dhcp('Cisco Systems, Inc. IP Phone CP-7841-3PCC\0', { vendor: 'Cisco', model: 'CP-7841-3PCC' }),
    dhcp('CISCO ATA191-MPP', { vendor: 'Cisco', model: 'ATA191-MPP' }),
    asks('/8841-3PCC.xml', { vendor: 'Cisco', model: 'CP-8841-3PCC' }),
    asks('/CP-8841-3PCC.xml', { vendor: 'Cisco', model: 'CP-8841-3PCC' }),
    asks('/cp-8841-3pcc.xml', { vendor: 'Cisco', model: 'CP-8841-3PCC' }),
    asks('/ata191.cfg', { vendor: 'Cisco', model: 'ATA191-MPP' }),
  ],
  'Cisco enterprise': [
    dhcp('Cisco Systems, Inc. IP Phone CP-7960G\0', { vendor: 'Cisco', model: '7960G' }),
    dhcp('Cisco Systems, Inc. IP Phone 7912', { vendor: 'Cisco', model: '7912' }),
    dhcp('Cisco Systems, Inc.', { vendor: 'Cisco' }),
    dhcp('Cisco Systems Inc. Wireless Phone 7921', { vendor: 'Cisco', model: '7921' }),
    options('1,66,6,3,15,150,35', { vendor: 'Cisco' }),
    [
      { path: '/SEP0013C4AABBCC.cnf.xml', protocol: 'tftp' },
      { vendor: 'Cisco', mac: '0013c4aabbcc' },
    ],
    [
      { path: '/CTLSEP0013C4AABBCC.tlv', protocol: 'tftp' },
      { vendor: 'Cisco', mac: '0013c4aabbcc' },
    ],
    [{ path: '/ITLFile.tlv', protocol: 'tftp' }, { vendor: 'Cisco' }],
    [{ path: '/SIPDefault.cnf', protocol: 'tftp' }, { vendor: 'Cisco' }],
    [
      { path: '/SIP0013C4AABBCC.cnf', protocol: 'tftp' },
      { vendor: 'Cisco', mac: '0013c4aabbcc' },
    ],
  ],
  Fanvil: [
    agent('Fanvil X4 2.4.0.4567 0c383e0a0b0c', { vendor: 'Fanvil', model: 'X4', firmware: '2.4.0.4567', mac: '0c383e0a0b0c' }),
    agent('Fanvil X6U Pro 2.12.1.3 0c383e0a0b0c', { vendor: 'Fanvil', model: 'X6U-Pro', firmware: '2.12.1.3', mac: '0c383e0a0b0c' }),
    agent('Fanvil X4 2.4.0.4567 0c383e0a0b0', { vendor: 'Fanvil', model: 'X4', firmware: '2.4.0.4567' }), // eleven digits are no MAC
    asks('/F0V5UV200000.cfg', { vendor: 'Fanvil', model: 'X5U-V2' }),
    asks('/F0V610W00000.cfg', { vendor: 'Fanvil', model: 'W610W' }),
    asks('/fanvil_x5u_v2_hwv2_0.txt', { vendor: 'Fanvil' }),
    ...['0c383e', '00a859', '00a85a'].map((oui) => mac(`${oui}0a0b0c`, { vendor: 'Fanvil' })),
  ],
  Mitel: [
    agent('Mitel6940 MAC:14-00-E9-29-4C-6B V:6.4.0.4006-SIP', {
      vendor: 'Mitel',
      model: '6940',
      firmware: '6.4.0.4006',
      mac: '1400e9294c6b',
    }),
    agent('Aastra6731i MAC:00-08-5D-23-73-01 V:3.2.0.1011-SIP', {
      vendor: 'Mitel',
      model: '6731i',
      firmware: '3.2.0.1011',
      mac: '00085d237301',
    }),
    dhcp('AastraIPPhone6867i', { vendor: 'Mitel', model: '6867i' }),
    dhcp('AastraIPPhone57iCT', { vendor: 'Mitel', model: '6757iCT' }),
    dhcp('AastraIPPhone55i', { vendor: 'Mitel', model: '6755i' }),
    dhcp('MitelIPPhone6930', { vendor: 'Mitel', model: '6930' }),
    options('1,3,6,42,43,66,159,160', { vendor: 'Mitel' }),
    options('1,3,6,42,43,2,66', { vendor: 'Mitel' }),
    asks('/startup.cfg', { vendor: 'Mitel' }),
    asks('/aastra.cfg', { vendor: 'Mitel' }),
    asks('/6867i.cfg', { vendor: 'Mitel' }),
    asks('/00085D237301.cfg', { vendor: 'Mitel', mac: '00085d237301' }),
    ...['00085d', '1400e9', '08000f', '0010bc'].map((oui) => mac(`${oui}0a0b0c`, { vendor: 'Mitel' })),
  ],
  Panasonic: [
    agent('Panasonic_KX-UT113/01.133 (0080f0c8c381)', { vendor: 'Panasonic', model: 'KX-UT113', firmware: '01.133', mac: '0080f0c8c381' }),
    agent('Panasonic_KX-HDV130/03.000 (0080F0C8C381)', {
      vendor: 'Panasonic',
      model: 'KX-HDV130',
      firmware: '03.000',
      mac: '0080f0c8c381',
    }),
    dhcp('Panasonic', { vendor: 'Panasonic' }),
    dhcp('Panasonic Communications Co., Ltd.', { vendor: 'Panasonic' }),
    asks('/KX-HDV130N.cfg', { vendor: 'Panasonic', model: 'KX-HDV130' }),
    ...['0080f0', 'bcc342', '080023', '4c364e', 'b8208e'].map((oui) => mac(`${oui}0a0b0c`, { vendor: 'Panasonic' })),
  ],
  Gigaset: [
    agent('N510 IP PRO/42.250.00.000.000;7C2F806257D7', {
      vendor: 'Gigaset',
      model: 'N510 IP PRO',
      firmware: '42.250.00.000.000',
      mac: '7c2f806257d7',
    }),
    agent('Gigaset N870 IP PRO/83.V2.11.0+build.a546b91;7C2F80E0D605', {
      vendor: 'Gigaset',
      model: 'N870 IP PRO',
      firmware: '2.11.0',
      mac: '7c2f80e0d605',
    }),
    agent('Gigaset N870 IP PRO/83.V2.11.0+build.a546b91', {
      vendor: 'Gigaset',
      model: 'N870 IP PRO',
      firmware: '2.11.0',
    }),
    agent('Maxwell 3 PRO/82.2.18.4-release;7C2F80E61AF4', {
      vendor: 'Gigaset',
      model: 'Maxwell 3',
      firmware: '2.18.4',
      mac: '7c2f80e61af4',
    }),
    dhcp('Gigaset_N720_DM_PRO', { vendor: 'Gigaset', model: 'N720 DM PRO' }),
    options('1,3,6,15,120,114,125', { vendor: 'Gigaset' }),
    asks('/provisioning.xml', { vendor: 'Gigaset' }),
    ...['7c2f80', '589ec6', '002104', '14b370'].map((oui) => mac(`${oui}0a0b0c`, { vendor: 'Gigaset' })),
  ],
  Htek: [
    agent('Htek UC903 2.0.4.2 00:1f:c1:1c:22:a9', { vendor: 'Htek', model: 'UC903', firmware: '2.0.4.2', mac: '001fc11c22a9' }),
    asks('/cfg0010.xml', { vendor: 'Htek', model: 'UC926' }),
    mac('001fc10a0b0c', { vendor: 'Htek' }),
  ],
  AudioCodes: [
    agent('AUDC-IPPhone/2.2.8.61 (440HDG-Rev0; 00908F602AAC)', {
      vendor: 'AudioCodes',
      model: '440HD',
      firmware: '2.2.8.61',
      mac: '00908f602aac',
      hardware: '0',
    }),
    agent('AUDC/3.4.6.604 AUDC-IPPhone-C450HD_UC_3.4.6.604/1', { vendor: 'AudioCodes', model: 'C450HD', firmware: '3.4.6.604' }),
    dhcp('440HD', { vendor: 'AudioCodes', model: '440HD' }),
    asks('/440HD.img', { vendor: 'AudioCodes', model: '440HD' }),
    ...['00908f', '0005e7', '001719'].map((oui) => mac(`${oui}0a0b0c`, { vendor: 'AudioCodes' })),
  ],
  'without an endpoint pack': [
    agent('ALE 8028s-GE 1.51.52.2204 487a55023075', {}),
    agent('Alcatel IP Touch 4028/2.01.20', {}),
    agent('Mozilla/4.0 (compatible; MSIE 6.0) AVAYA/J179-4.1.3.0.6 (MAC:c81fea83e85a)', {}),
    dhcp('alcatel.noe.0', {}),
    dhcp('digium_D40_1_4_2_0_63880', {}),
    dhcp('MSFT 5.0', {}),
    dhcp('udhcp 1.30.1', {}),
    asks('/lanpbx.cfg', {}),
    asks('/J100Supgrade.txt', {}),
    mac('000fd30a0b0c', {}),
    mac('0022ee0a0b0c', {}),
  ],
}
