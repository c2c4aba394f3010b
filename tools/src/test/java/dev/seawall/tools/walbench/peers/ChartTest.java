package dev.seawall.tools.walbench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.tools.walbench.contest.Contestant.Group;
import dev.seawall.tools.walbench.contest.Results;
import dev.seawall.tools.walbench.load.Load;
import java.io.StringReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

final class ChartTest {

    private final Results results = new Results();

    private void reached(String name, Group group, int... perSecond) {
        int[] committers = {1, 10, 100};
        for (int i = 0; i < perSecond.length; i++) {
            new Entrant(name, group).reached(results, new Load(Load.Kind.VIRTUAL, committers[i], 200), perSecond[i],
                    Duration.ofNanos(100_000L << i));
        }
    }

    private static Document parse(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    @Test
    void it_is_xml_with_a_line_for_each_contestant() throws Exception {
        reached("ours", Group.SEAWALL, 1000, 10_000, 100_000);
        reached("theirs", Group.PEER, 1000, 5_000, 10_000);

        Document chart = parse(new Chart(results, Load.Kind.VIRTUAL).svg());

        NodeList lines = chart.getElementsByTagName("polyline");
        assertThat(lines.getLength()).isEqualTo(2);
        assertThat(chart.getDocumentElement().getTextContent()).contains("ours & <co>", "theirs & <co>", "committers",
                "10 k", "100 k");
        List<Double> heights = heights((Element) lines.item(0));
        assertThat(heights.get(0) - heights.get(1)).as("a decade each: a straight line")
                .isCloseTo(heights.get(1) - heights.get(2), org.assertj.core.api.Assertions.within(0.2));
        assertThat(heights((Element) lines.item(1)).getLast()).as("fewer is lower").isGreaterThan(heights.getLast());
    }

    private static List<Double> heights(Element line) {
        return Arrays.stream(line.getAttribute("points").split(" ")).map(point -> Double.valueOf(point.split(",")[1]))
                .toList();
    }

    @Test
    void without_such_committers_there_is_nothing_to_draw() {
        reached("ours", Group.SEAWALL, 1000);

        assertThat(new Chart(results, Load.Kind.VIRTUAL).isEmpty()).isFalse();
        assertThat(new Chart(results, Load.Kind.PLATFORM).isEmpty()).isTrue();
    }

    @Test
    void a_plot_of_latencies_has_a_letter_for_each_contestant_the_slower_one_above() {
        new Entrant("quick", Group.SEAWALL).reached(results, new Load(Load.Kind.VIRTUAL, 8, 1), 100,
                Duration.ofNanos(100_000));
        new Entrant("slow", Group.PEER).reached(results, new Load(Load.Kind.VIRTUAL, 8, 1), 100, Duration.ofMillis(10));

        List<String> lines = new LatencyPlot(results.of(results.loads().getFirst())).lines();

        assertThat(lines).anyMatch(line -> line.matches(" +10\\.\\d ms \\|b+"))
                .anyMatch(line -> line.matches(" +100 us \\|a+"));
        assertThat(lines.getLast()).contains("a quick", "b slow");
        assertThat(lines.get(lines.size() - 2)).contains("90 %", "99.99 %");
    }
}
