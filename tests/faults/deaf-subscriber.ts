import { connect } from 'node:http2'
import { create, toBinary } from '@bufbuild/protobuf'
import { gateway as contract } from '@samresa/contracts'

/** How a stream ended: the gRPC status and its message. */
export interface StreamEnd {
  status: string
  message: string
}

/** Opens AF's stream of plan changes over bare HTTP/2 and reads nothing of it until `listen` is called. */
export async function subscribeDeaf(address: string, token: string) {
  const session = connect(`http://${address}`)
  const stream = session.request({
    ':method': 'POST',
    ':path': `/${contract.AgencyGatewayService.typeName}/SubscribePlanChanges`,
    'content-type': 'application/grpc',
    te: 'trailers',
    authorization: `Bearer ${token}`,
  })
  const message = toBinary(contract.SubscribePlanChangesRequestSchema, create(contract.SubscribePlanChangesRequestSchema, { cursor: '' }))
  const frame = Buffer.alloc(5 + message.byteLength)
  frame.writeUInt32BE(message.byteLength, 1)
  frame.set(message, 5)
  stream.end(frame)
  await new Promise((open, fail) => {
    stream.once('response', open)
    stream.once('error', fail)
  })
  return {
    /** Reads everything at last, and answers with how the stream ended. */
    listen: () =>
      new Promise<StreamEnd>((ended, fail) => {
        stream.once('trailers', (trailers) =>
          ended({ status: String(trailers['grpc-status']), message: decodeURIComponent(String(trailers['grpc-message'])) }),
        )
        stream.once('error', fail)
        stream.once('close', () => fail(new Error('the stream was closed without a status')))
        stream.resume()
      }),
    close: () => session.destroy(),
  }
}
