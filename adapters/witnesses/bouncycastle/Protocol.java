// The adapter protocol, for an adapter in Java: requests, outcomes, and as much JSON as they need.

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an adapter in Java inherits. */
class Protocol {
    /** Ends an operation with another outcome than ok. */
    static class Ending extends RuntimeException {
        private static final long serialVersionUID = 1;

        Ending(String outcome, String... members) {
            super("\"" + outcome + "\":" + object(members));
        }
    }

    static Ending rejected(String rejection, String code, String text) {
        return new Ending("rejected", "class", rejection, "native_code", code, "message", text);
    }

    /** A refusal of the adapter's own, whose codes are in lower case. */
    static Ending refused(String code) {
        return rejected("invalid-argument", code, "");
    }

    static Ending notOffered(String what) {
        return new Ending("unsupported", "what", what);
    }

    /** A request: strings and integers by their names. */
    static class Request extends HashMap<String, String> {
        private static final long serialVersionUID = 1;
        private static final Pattern MEMBER =
            Pattern.compile("\"(\\w+)\"\\s*:\\s*(?:\"([^\"]*+)\"|(-?\\d+))");
        private static final List<String> PARAMETERS =
            List.of("padding", "iv", "aad", "tag", "tag_length", "label", "dialect");

        Request(String line) {
            for (Matcher member = MEMBER.matcher(line); member.find();) {
                put(member.group(1), member.group(member.group(2) == null ? 3 : 2));
            }
            if (!containsKey("id") || !containsKey("op")) {
                throw new IllegalArgumentException("this is no request: " + line);
            }
        }

        byte[] bytes(String name) {
            return HexFormat.of().parseHex(get(name));
        }

        byte[] given(String name) {
            if (!containsKey(name)) {
                throw refused("missing-" + name);
            }
            return bytes(name);
        }

        /** Refuses what the call has no place for: no parameter is dropped silently. */
        void refuseAllBut(String... taken) {
            for (String name : PARAMETERS) {
                if (containsKey(name) && !List.of(taken).contains(name)) {
                    throw refused("unexpected-" + name);
                }
            }
        }
    }

    static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }

    static String hex(byte[] octets, int from, int to) {
        return HexFormat.of().formatHex(octets, from, to);
    }

    static String object(String... members) {
        StringJoiner object = new StringJoiner(",", "{", "}");
        for (int i = 0; i < members.length; i += 2) {
            object.add(quoted(members[i]) + ":" + quoted(members[i + 1]));
        }
        return object.toString();
    }

    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char letter : text.toCharArray()) {
            boolean plain = letter >= ' ' && letter <= '~' && letter != '"' && letter != '\\';
            quoted.append(plain ? String.valueOf(letter) : String.format("\\u%04x", (int) letter));
        }
        return quoted.append('"').toString();
    }

    /** Answers requests until the last, or until the input ends. */
    static void serve(Function<Request, String> outcome) throws IOException {
        FileOutputStream output = new FileOutputStream(FileDescriptor.out);
        PrintStream answers = new PrintStream(output, false, UTF_8);
        System.setOut(System.err); // standard output is for answers alone
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            Request request = new Request(line);
            answers.println("{\"id\":" + request.get("id") + "," + outcome.apply(request) + "}");
            if (request.get("op").equals("close")) {
                break;
            }
            if (!requests.ready()) {
                answers.flush(); // before it waits for more
            }
        }
        answers.flush();
    }
}
