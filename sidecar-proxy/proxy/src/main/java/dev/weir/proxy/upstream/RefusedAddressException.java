package dev.weir.proxy.upstream;

import java.net.UnknownHostException;

/** A name has no addresses but such as are never connected to. */
public final class RefusedAddressException extends UnknownHostException {
  private static final long serialVersionUID = 1;

  /** All addresses of this name are refused. */
  public RefusedAddressException(String host) {
    super(host + " has loopback, link-local, multicast or unspecified addresses only");
  }
}
