package dev.quota.redis;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import dev.quota.build.HouseRules;
import dev.quota.policy.CalendarUnit;
import dev.quota.policy.Capacity;
import dev.quota.policy.Window;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/** Holds this room apart from the others: Redisson lives here, and nothing of the neighbours'. */
@AnalyzeClasses(packages = "dev.quota.redis", importOptions = ImportOption.DoNotIncludeTests.class)
final class RoomsTest {

  @ArchTest static final ArchTests houseRules = ArchTests.in(HouseRules.class);

  @ArchTest
  static final ArchRule noPackagesNeedEachOther =
      slices().matching("dev.quota.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule knowsNoServletBucketsCachesOrFormats =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta.servlet..",
              "javax.servlet..",
              "io.github.bucket4j..",
              "com.github.benmanes.caffeine..",
              "com.fasterxml..",
              "org.yaml..");

  @ArchTest
  static final ArchRule knowsNoOtherRoomsThanTheContract =
      noClasses()
          .that()
          // Published policies are read before they are stored.
          .haveSimpleNameNotStartingWith("Publi")
          .and()
          // It compares stored counts with the limits of a policy.
          .doNotHaveSimpleName("StoredUse")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "dev.quota.internal..", "dev.quota.servlet..", "dev.quota.message..")
                  .or(
                      // Commands speak of these three, and of no policy.
                      resideInAPackage("dev.quota.policy..")
                          .and(
                              not(
                                  belongToAnyOf(
                                      Capacity.class, Window.class, CalendarUnit.class)))));

  /** What does not wait cannot hold a thread, in the asynchronous form nor anywhere else. */
  @ArchTest
  static final ArchRule onlyCallersWhoBlockAndTheWatchWait =
      noClasses()
          .that()
          .doNotBelongToAnyOf(
              PendingReply.class, Completed.class, Watch.class, Probe.class, PublishedCalls.class)
          .should()
          .callMethod(CompletableFuture.class, "join")
          .orShould()
          .callMethod(CompletableFuture.class, "get")
          .orShould()
          .callMethod(CompletableFuture.class, "get", long.class, TimeUnit.class)
          .orShould()
          .callMethod(CountDownLatch.class, "await")
          .orShould()
          .callMethod(CountDownLatch.class, "await", long.class, TimeUnit.class)
          .orShould()
          .callMethod(Object.class, "wait")
          .orShould()
          .callMethod(Object.class, "wait", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "join")
          .orShould()
          .callMethod(Thread.class, "join", long.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Lock.class);

  @ArchTest
  static final ArchRule onlyTheBlockingFormWaitsForAReply =
      noClasses()
          .that()
          .doNotBelongToAnyOf(RedisQuotaStore.class, WarmUp.class)
          .should()
          .callMethod(PendingReply.class, "await");
}
