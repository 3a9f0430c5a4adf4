package dev.quota.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports for servers that are killed and come back on the same port.
 *
 * <p>They lie below the range that the kernel takes for outgoing connections: a client that keeps
 * trying a dead server could otherwise be given the server's own port, and connect to itself. A
 * cluster node listens 10,000 higher as well, so that port is tried too.
 */
final class FreePort {

  private static final int FIRST = 11_000;
  private static final int COUNT = 9_000;
  private static final int CLUSTER_BUS = 10_000;
  private static final int TRIES = 200;

  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private FreePort() {}

  /** Returns a port that nobody listens on, and that this JVM has not been given before. */
  static int next() {
    for (int i = 0; i < TRIES; i++) {
      int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
      if (GIVEN.add(port) && isFree(port) && isFree(port + CLUSTER_BUS)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port in " + TRIES + " tries");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
