package dev.quota.tool;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the rooms of the command apart. */
@AnalyzeClasses(packages = "dev.quota.tool", importOptions = ImportOption.DoNotIncludeTests.class)
final class RoomsTest {

  @ArchTest
  static final ArchRule noPackagesNeedEachOther =
      slices().matching("dev.quota.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule knowsNoInternalsServersOrRedisClients =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.quota.http..",
              "dev.quota.servlet..",
              "jakarta.servlet..",
              "org.redisson..",
              "org.springframework..");

  @ArchTest
  static final ArchRule onlyCommandsConnectToRedis =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.quota.tool")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.quota.redis..");

  @ArchTest
  static final ArchRule onlyCommandsKnowTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.quota.tool")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("picocli..");

  @ArchTest
  static final ArchRule commandsPrintWhereTheyAreTold =
      noClasses()
          .that()
          .doNotBelongToAnyOf(QuotaCommand.class)
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .callMethod(System.class, "exit", int.class);
}
