package dev.seawall.tools;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.seawall.wal.disk.OffHeap;

/// The arrows of the house, read from the compiled classes: who may know whom, who may touch what.
@AnalyzeClasses(packages = "dev.seawall", importOptions = {
    ImportOption.DoNotIncludeTests.class, ArchitectureTest.NotTheTestJars.class
})
final class ArchitectureTest {

    /// In a whole build the other modules' tests come as jars.
    static final class NotTheTestJars implements ImportOption {

        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }


    private static final String WAL = "dev.seawall.wal..";
    private static final String DISK = "dev.seawall.wal.disk..";
    private static final String ROLE = "dev.seawall.wal.role..";
    private static final String TOOLS = "dev.seawall.tools..";

    // The stair: a lower step never knows a higher one.

    @ArchTest
    static final ArchRule THE_WALWRITER_KNOWS_NO_HIGHER_STEP = noClasses()
            .that().resideInAnyPackage(WAL, "dev.seawall.walwriter..", "dev.seawall.settings..")
            .should().dependOnClassesThat().resideInAnyPackage("dev.seawall.archiver..", "dev.seawall.recovery..",
                    "dev.seawall.checkpointer..", "dev.seawall.embedded..", TOOLS);

    @ArchTest
    static final ArchRule THE_ARCHIVER_KNOWS_NO_HIGHER_STEP = noClasses()
            .that().resideInAPackage("dev.seawall.archiver..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "dev.seawall.recovery..", "dev.seawall.checkpointer..", "dev.seawall.embedded..", TOOLS);

    @ArchTest
    static final ArchRule RECOVERY_KNOWS_NO_HIGHER_STEP = noClasses()
            .that().resideInAPackage("dev.seawall.recovery..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "dev.seawall.checkpointer..", "dev.seawall.embedded..", TOOLS);

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_TOOLS = noClasses()
            .that().resideOutsideOfPackage(TOOLS)
            .should().dependOnClassesThat().resideInAnyPackage(TOOLS, "picocli..", "org.HdrHistogram..");

    @ArchTest
    static final ArchRule THE_COMPOSITION_IS_KNOWN_BY_TOOLS_ONLY = noClasses()
            .that().resideOutsideOfPackages("dev.seawall.embedded..", TOOLS)
            .should().dependOnClassesThat().resideInAPackage("dev.seawall.embedded..");

    // Within the walwriter module: the nouns are at the bottom.

    @ArchTest
    static final ArchRule NOUNS_KNOW_NOTHING_ELSE = noClasses()
            .that().resideInAPackage("dev.seawall.wal")
            .should().dependOnClassesThat(resideInAPackage("dev.seawall..")
                    .and(DescribedPredicate.not(resideInAPackage("dev.seawall.wal"))));

    @ArchTest
    static final ArchRule RECORDS_KNOW_ONLY_NOUNS_AND_MEMORY = noClasses()
            .that().resideInAPackage("dev.seawall.wal.record")
            .should().dependOnClassesThat(resideInAPackage("dev.seawall..")
                    .and(DescribedPredicate.not(resideInAnyPackage("dev.seawall.wal", "dev.seawall.wal.record")))
                    .and(DescribedPredicate.not(equivalentTo(OffHeap.class))));

    @ArchTest
    static final ArchRule THE_DISK_KNOWS_NO_RECORDS_AND_NO_ROLES = noClasses()
            .that().resideInAPackage(DISK)
            .should().dependOnClassesThat(resideInAPackage("dev.seawall..")
                    .and(DescribedPredicate.not(resideInAnyPackage("dev.seawall.wal", DISK))));

    @ArchTest
    static final ArchRule READING_KNOWS_NO_WRITING = noClasses()
            .that().resideInAPackage("dev.seawall.wal.read")
            .should().dependOnClassesThat().resideInAnyPackage("dev.seawall.walwriter..", "dev.seawall.settings..");

    @ArchTest
    static final ArchRule ROLES_ARE_HANDED_VALUES_NOT_SETTINGS = noClasses()
            .that().resideOutsideOfPackages("dev.seawall.settings..", "dev.seawall.embedded..", "..process..", TOOLS,
                    "dev.seawall.walwriter.server..", "dev.seawall.walwriter.session..",
                    "dev.seawall.walwriter.query..", "dev.seawall.walwriter.cluster..")
            .should().dependOnClassesThat().resideInAPackage("dev.seawall.settings..");

    // Who may touch what.

    @ArchTest
    static final ArchRule ONLY_THE_DISK_TOUCHES_FOREIGN_MEMORY = noClasses()
            .that().resideOutsideOfPackage(DISK)
            .should().dependOnClassesThat().resideInAPackage("java.lang.foreign..");

    @ArchTest
    static final ArchRule ONLY_THE_DISK_OPENS_FILES = noClasses()
            .that().resideOutsideOfPackages(DISK, TOOLS)
            .should().dependOnClassesThat().belongToAnyOf(
                    java.nio.file.Files.class, java.nio.channels.FileChannel.class, java.io.File.class,
                    java.io.FileInputStream.class, java.io.FileOutputStream.class, java.io.RandomAccessFile.class);

    @ArchTest
    static final ArchRule NOUNS_KNOW_NO_FILES_AND_NO_THREADS = noClasses()
            .that().resideInAPackage("dev.seawall.wal")
            .should().dependOnClassesThat().resideInAnyPackage("java.nio.file..", "java.nio.channels..",
                    "java.util.concurrent..")
            .orShould().dependOnClassesThat().belongToAnyOf(Thread.class);

    @ArchTest
    static final ArchRule ONLY_ROLES_START_THREADS = noClasses()
            // Who reads a log that is there already changes nothing but when a file is read.
            .that().haveNameNotMatching("dev\\.seawall\\.wal\\.read\\.ParallelRead.*")
            .and().resideOutsideOfPackages(ROLE, TOOLS,
                    // Whoever waits for a socket has a thread of its own; the simulator has no sockets.
                    "dev.seawall.walwriter.server..", "dev.seawall.walwriter.sender..",
                    "dev.seawall.walwriter.link..", "dev.seawall.walwriter.client..", "..process..")
            .should().callMethod(Thread.class, "ofPlatform")
            .orShould().callMethod(Thread.class, "ofVirtual")
            .orShould().callMethod(Thread.class, "startVirtualThread", Runnable.class)
            .orShould().callMethod(Thread.class, "sleep", long.class)
            .orShould().callMethod(Thread.class, "start")
            .orShould().dependOnClassesThat().belongToAnyOf(
                    java.util.concurrent.Executors.class, java.util.Timer.class);

    @ArchTest
    static final ArchRule ONLY_THE_WORLD_READS_CLOCKS_AND_ROLLS_DICE = noClasses()
            .that().resideOutsideOfPackages(ROLE, TOOLS)
            .should().callMethod(System.class, "currentTimeMillis")
            .orShould().callMethod(System.class, "nanoTime")
            .orShould().callMethod(java.time.Instant.class, "now")
            .orShould().callMethod(java.util.UUID.class, "randomUUID")
            .orShould().callMethod(Math.class, "random")
            .orShould().dependOnClassesThat().belongToAnyOf(
                    java.util.Random.class, java.util.concurrent.ThreadLocalRandom.class,
                    java.security.SecureRandom.class);

    @ArchTest
    static final ArchRule ONLY_A_MAIN_EXITS = noClasses()
            .that().doNotHaveFullyQualifiedName(Program.class.getName())
            .should().callMethod(System.class, "exit", int.class)
            .orShould().callMethod(Runtime.class, "halt", int.class);

    // Names and shapes.

    // Resource manager is PostgreSQL's own word.
    @ArchTest
    static final ArchRule NO_CLASS_IS_CALLED_BY_A_NAME_THAT_SAYS_NOTHING = noClasses()
            .should().haveNameMatching(
                    ".*((?<!Resource)Managers?|Helper|Helpers|Util|Utils|Impl|Info|Data|Common|Service|Context)")
            .orShould().haveSimpleNameStartingWith("Abstract")
            // A base backup is PostgreSQL's word.
            .orShould().haveNameMatching(".*\\.Base(?!Backup)[A-Z].*");

    @ArchTest
    static final ArchRule NO_FIELD_HOLDS_A_CONTEXT = fields().should(com.tngtech.archunit.lang.conditions
            .ArchConditions.not(com.tngtech.archunit.lang.conditions.ArchConditions.haveRawType(
                    new DescribedPredicate<JavaClass>("named *Context") {
                        @Override
                        public boolean test(JavaClass type) {
                            return type.getSimpleName().endsWith("Context");
                        }
                    })));

    @ArchTest
    static final ArchRule TOP_LEVEL_CLASSES_ARE_FINAL = classes()
            .that().areTopLevelClasses().and().areNotInterfaces().and().areNotEnums()
            .and().doNotHaveSimpleName("package-info")
            .and(DescribedPredicate.describe("are not sealed", type -> !isSealed(type)))
            .should().haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);

    @ArchTest
    static final ArchRule STATIC_FIELDS_DO_NOT_CHANGE = fields()
            .that().areStatic().and(DescribedPredicate.<JavaField>describe("are written in the source",
                    field -> !field.getName().startsWith("$")))
            .should().beFinal();

    private static boolean isSealed(JavaClass type) {
        return type.reflect().isSealed();
    }
}
