package dev.quota.servlet;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.ServletContainerInitializer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

final class UndertowContainer implements Container {

  /** Held, because loggers that nobody holds forget what they were told. */
  private static final List<Logger> LOGS =
      List.of(
          Logger.getLogger("io.undertow"),
          Logger.getLogger("org.xnio"),
          Logger.getLogger("org.jboss"));

  private Optional<DeploymentManager> deployment = Optional.empty();
  private Optional<Undertow> server = Optional.empty();

  @Override
  public int start(ServletContainerInitializer startUp, Map<Integer, String> errorPages)
      throws Exception {
    LOGS.forEach(log -> log.setLevel(Level.OFF));
    DeploymentInfo info =
        Servlets.deployment()
            .setClassLoader(getClass().getClassLoader())
            .setContextPath("/")
            .setDeploymentName("app");
    errorPages.forEach((status, path) -> info.addErrorPage(Servlets.errorPage(path, status)));
    info.addServletContainerInitializer(
        new ServletContainerInitializerInfo(
            startUp.getClass(), new ImmediateInstanceFactory<>(startUp), Set.of()));
    DeploymentManager manager = Servlets.newContainer().addDeployment(info);
    deployment = Optional.of(manager);
    manager.deploy();
    Undertow undertow =
        Undertow.builder()
            .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
            .addHttpListener(0, "127.0.0.1")
            .setHandler(manager.start())
            .build();
    server = Optional.of(undertow);
    undertow.start();
    return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
  }

  @Override
  public void stop() throws Exception {
    server.ifPresent(Undertow::stop);
    if (deployment.isPresent()) {
      deployment.get().stop();
      deployment.get().undeploy();
    }
  }
}
