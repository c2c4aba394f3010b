package dev.seawall.walwriter.auth.hba;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/// Addresses that a rule is for.
public sealed interface AddressRange {

    /// Every address.
    record All() implements AddressRange {}

    /// This machine's own addresses.
    record SameHost() implements AddressRange {}

    /// The networks that this machine is in.
    record SameNet() implements AddressRange {}

    /// Those that agree with `network` in the bits of `mask`.
    record Network(List<Byte> network, List<Byte> mask) implements AddressRange {

        static Network of(byte[] address, byte[] mask) {
            return new Network(boxed(address), boxed(mask));
        }

        private static List<Byte> boxed(byte[] bytes) {
            Byte[] boxed = new Byte[bytes.length];
            for (int at = 0; at < bytes.length; at++) {
                boxed[at] = bytes[at];
            }
            return List.of(boxed);
        }

        private boolean contains(byte[] address) {
            if (address.length != network.size()) {
                return false;
            }
            for (int at = 0; at < address.length; at++) {
                if (((address[at] ^ network.get(at)) & mask.get(at)) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /// Whether a client's address is one of these.
    default boolean contains(InetAddress address) {
        return switch (this) {
            case All _ -> true;
            case Network network -> network.contains(address.getAddress());
            case SameHost _ -> isOurs(address, true);
            case SameNet _ -> isOurs(address, false);
        };
    }

    /// Asked at each login: interfaces come and go.
    private static boolean isOurs(InetAddress address, boolean isWhole) {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(networkInterface -> networkInterface.getInterfaceAddresses().stream())
                    .anyMatch(ours -> isWhole ? ours.getAddress().equals(address) : isNear(address, ours));
        } catch (SocketException e) {
            // What can't be found out matches nothing: the next rule decides.
            return false;
        }
    }

    private static boolean isNear(InetAddress address, InterfaceAddress ours) {
        byte[] bytes = ours.getAddress().getAddress();
        return Network.of(bytes, mask(bytes.length, ours.getNetworkPrefixLength())).contains(address.getAddress());
    }

    /// As many bits set as a CIDR mask says.
    static byte[] mask(int bytes, int bits) {
        byte[] mask = new byte[bytes];
        for (int bit = 0; bit < bits; bit++) {
            mask[bit / 8] |= (byte) (0x80 >> bit % 8);
        }
        return mask;
    }
}
