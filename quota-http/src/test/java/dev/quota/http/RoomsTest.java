package dev.quota.http;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import dev.quota.build.HouseRules;

/** Holds this room apart from servers, frameworks and stores. */
@AnalyzeClasses(packages = "dev.quota.http", importOptions = ImportOption.DoNotIncludeTests.class)
final class RoomsTest {

  @ArchTest static final ArchTests houseRules = ArchTests.in(HouseRules.class);

  @ArchTest
  static final ArchRule knowsNoServerNoFrameworkAndNoStore =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta..",
              "javax.servlet..",
              "org.springframework..",
              "reactor..",
              "org.eclipse.jetty..",
              "org.apache.catalina..",
              "io.undertow..",
              "io.netty..",
              "org.redisson..",
              "io.github.bucket4j..",
              "com.fasterxml.jackson.databind..",
              "dev.quota.internal..",
              "dev.quota.models..",
              "dev.quota.servlet..",
              "java.util.logging..");

  @ArchTest
  static final ArchRule noPackagesNeedEachOther =
      slices().matching("dev.quota.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule isFinal =
      classes()
          .that()
          .areTopLevelClasses()
          .and()
          .areNotInterfaces()
          .and()
          .areNotEnums()
          .should()
          .haveModifier(JavaModifier.FINAL);
}
