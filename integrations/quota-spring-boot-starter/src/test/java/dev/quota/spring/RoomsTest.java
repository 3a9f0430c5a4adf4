package dev.quota.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the starter apart: it decides nothing and words nothing. */
@ArchTag("once")
@AnalyzeClasses(packages = "dev.quota.spring", importOptions = ImportOption.DoNotIncludeTests.class)
final class RoomsTest {

  @ArchTest
  static final ArchRule noPackagesNeedEachOther =
      slices().matching("dev.quota.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule knowsNoInternals =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.quota.internal..", "dev.quota.*.internal..");

  /** The security of an application is optional, and so only one room mentions it. */
  @ArchTest
  static final ArchRule onlyOneRoomMentionsSpringSecurity =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.quota.spring.security..")
          .and()
          .doNotBelongToAnyOf(SubjectCustomizer.class)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework.security..");

  @ArchTest
  static final ArchRule logsThroughThePlatform =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.logging..", "org.slf4j..", "org.apache.commons.logging..");
}
