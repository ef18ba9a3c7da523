import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';

/** What the nodes of a cluster tell of one another. */
export interface Member {
  readonly port: number;
  readonly isUp: boolean;
  readonly leads: boolean;
}

/** What a client asks any node that it knows: who there is, and who leads. */
export function clusterInfo(members: readonly Member[]): gossip.ClusterInfo {
  const { FOLLOWER, LEADER } = gossip.MemberInfo.VNodeState;
  const info = new gossip.ClusterInfo();
  for (const { isUp, leads, port } of members) {
    const id = new shared.UUID();
    id.setString(crypto.randomUUID());
    const endPoint = new gossip.EndPoint();
    endPoint.setAddress('127.0.0.1');
    endPoint.setPort(port);
    const member = new gossip.MemberInfo();
    member.setInstanceId(id);
    member.setTimeStamp('0');
    member.setState(leads ? LEADER : FOLLOWER);
    member.setIsAlive(isUp);
    member.setHttpEndPoint(endPoint);
    info.addMembers(member);
  }
  return info;
}

/** What a client asks a node first. */
export function supportedMethods(): features.SupportedMethods {
  const methods = new features.SupportedMethods();
  methods.setEventStoreServerVersion('23.10.0');
  for (const name of ['append', 'batchappend', 'read']) {
    const method = new features.SupportedMethod();
    method.setServiceName('event_store.client.streams.streams');
    method.setMethodName(name);
    methods.addMethods(method);
  }
  return methods;
}
