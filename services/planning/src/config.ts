import type { Setting } from '@samresa/config'
import { clientId, engineSettings, innerSettings, journeyAddress, sealSettings } from '@samresa/process/settings'
import type { RegionFacts } from './domain/region.ts'
import { readRegion } from './region-file.ts'

const region: Setting<RegionFacts> = {
  name: 'REGION_FILE',
  meaning:
    'The municipality’s holidays, places and travel times: a JSON file with the object `region`, as in tests/scenarios/granlunda.json.',
  takes: 'the path of a region file',
  example: '/etc/samresa/region.json',
  parse: readRegion,
}

/** What planning reads from its environment. */
export const settings = {
  ...engineSettings,
  ...innerSettings,
  ...sealSettings,
  clientId: clientId('planning-service'),
  journeyAddress,
  region,
}
