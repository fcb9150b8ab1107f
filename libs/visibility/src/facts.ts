/** A participant's consent that lifts secrecy between two agencies. Dates are local days; an empty or absent `to` means until withdrawn. */
export interface ConsentFacts {
  readonly between: readonly string[]
  readonly from: string
  /** Last day, inclusive. */
  readonly to?: string | undefined
  /** Areas that the consent leaves out. */
  readonly except: readonly string[]
  /** Empty or absent while it stands. */
  readonly withdrawnOn?: string | undefined
}

/** What every decision about access to one participant is made from; journey's ParticipantFacts has this shape. */
export interface AccessFacts {
  readonly participantId: string
  readonly agencies: readonly string[]
  /** User ids. */
  readonly caseworkers: readonly string[]
  readonly consents: readonly ConsentFacts[]
  readonly protectedIdentity: boolean
}

/** A measure as far as access is concerned: whose it is and what it is about. */
export interface Party {
  readonly measureId?: string | undefined
  readonly owner?: string | undefined
  readonly areas?: readonly string[] | undefined
}

/**
 * `whole`: everything. `sealed`: everything but the sealed texts. `masked`: that time is taken, and nothing else. `hidden`: as if it did
 * not exist.
 */
export type View = 'whole' | 'sealed' | 'masked' | 'hidden'
