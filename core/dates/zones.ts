/**
 * Time zones as fail2ban reads them: a fixed offset, an abbreviation with a fixed offset, or both
 * added up. There are no named zones and no daylight saving (`fail2ban/server/strptime.py:
 * zone2offset`).
 */

/**
 * Abbreviations by hours east of UTC. Where an abbreviation has several meanings, fail2ban's
 * counts.
 */
const ABBREVIATIONS_BY_HOURS: readonly (readonly [number, string])[] = [
  [-12, 'Y'],
  [-11, 'NUT SST X'],
  [-10, 'CKT HAST HST TAHT TKT W'],
  [-9.5, 'MART MIT'],
  [-9, 'AKST GAMT GIT HADT HNY V'],
  [-8, 'AKDT CIST HAY HNP PST PT U'],
  [-7, 'HAP HNR MST PDT T'],
  [-6, 'CST EAST GALT HAR HNC MDT S'],
  [-5, 'CDT COT EASST ECT EST ET HAC HNE PET R'],
  [-4.5, 'HLV VET'],
  [-4, 'AST BOT CLT COST EDT FKT GYT HAE HNA PYT Q'],
  [-3.5, 'HNT NST NT'],
  [-3, 'ADT ART BRT CLST FKST GFT HAA P PMST PYST SRT UYT WGT'],
  [-2.5, 'HAT NDT'],
  [-2, 'BRST FNT O PMDT UYST WGST'],
  [-1, 'AZOT CVT EGT N'],
  [0, 'EGST GMT UTC WET WT Z'],
  [1, 'A CET DFT WAT WEDT WEST'],
  [2, 'B CAT CEDT CEST EET SAST WAST'],
  [3, 'C EAT EEDT EEST IDT MSK'],
  [3.5, 'IRST'],
  [4, 'AMT AZT D GET GST KUYT MSD MUT RET SAMT SCT'],
  [4.5, 'AFT IRDT'],
  [5, 'AMST AQTT AZST E HMT MAWT MVT PKT TFT TJT TMT UZT YEKT'],
  [5.5, 'SLT'],
  [5.75, 'NPT'],
  [6, 'ALMT BIOT BTT F IOT KGT NOVT OMST YEKST'],
  [6.5, 'CCT MMT'],
  [7, 'CXT DAVT G HOVT ICT KRAT NOVST OMSST THA WIB'],
  [8, 'ACT AWST BDT BNT CAST H HKT IRKT KRAST MYT PHT SGT ULAT WITA WST'],
  [9, 'AWDT I IRKST JST KST PWT TLT WDT WIT YAKT'],
  [9.5, 'ACST'],
  [10, 'AEST K PGT VLAT YAKST YAPT'],
  [10.5, 'ACDT LHST'],
  [11, 'AEDT L LHDT MAGT NCT PONT SBT VLAST VUT'],
  [11.5, 'NFT'],
  [12, 'ANAST ANAT FJT GILT M MAGST MHT NZST PETST PETT TVT WFT'],
  [13, 'FJST NZDT'],
];

const MINUTES_BY_ABBREVIATION: ReadonlyMap<string, number> = new Map(
  ABBREVIATIONS_BY_HOURS.flatMap(([hours, names]) =>
    names.split(' ').map((name): readonly [string, number] => [name, hours * 60]),
  ),
);

/**
 * One, or three to five capitals; then a sign and two or four digits, the first of them 0 or 1.
 * Either may be missing.
 */
const ZONE = /^([A-Z](?:[A-Z]{2,4})?)?(?:([+-])([01]\d)(?::?(\d\d))?)?$/;

/**
 * Minutes east of UTC of `Z`, `CET`, `+0200`, `-09:30`, `UTC+03`, …; `undefined` for a zone that
 * fail2ban does not know. Capitals only: `cet` is no zone.
 */
export function zoneMinutes(text: string): number | undefined {
  const match = ZONE.exec(text);
  if (match === null) return undefined;
  const [, abbreviation, sign, hours, minutes] = match;
  const base = abbreviation === undefined ? 0 : MINUTES_BY_ABBREVIATION.get(abbreviation);
  if (base === undefined || sign === undefined) return base;
  const offset = Number(hours) * 60 + Number(minutes ?? 0);
  return sign === '-' ? base - offset : base + offset;
}
