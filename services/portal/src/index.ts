export { createPortalService, type PortalService, type PortalServiceOptions } from './service.ts'
