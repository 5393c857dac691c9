package dev.weir.proxy.upstream;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Which addresses a provider may not have. Whoever writes a route must not reach the pod's own
 * loopback, where the application and the sidecar's admin port are, nor the node's metadata server,
 * not even by a name that resolves to them (server-side request forgery, DNS rebinding).
 */
final class Addresses {
  private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

  private Addresses() {}

  static boolean isRefused(InetAddress address) {
    if (address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress()) {
      return true;
    }
    byte[] bytes = address.getAddress();
    if (address instanceof Inet6Address six) {
      boolean translated = Arrays.equals(bytes, 0, NAT64.length, NAT64, 0, NAT64.length);
      return (translated || six.isIPv4CompatibleAddress()) && isRefused(lastFour(bytes));
    }
    // "This network" (RFC 1122 section 3.2.1.3): 0.x reaches the own host on some systems.
    return bytes[0] == 0;
  }

  private static InetAddress lastFour(byte[] bytes) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
