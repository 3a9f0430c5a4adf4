package dev.quota.servlet;

import jakarta.servlet.ServletContainerInitializer;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

final class JettyContainer implements Container {

  private final Server server = new Server();

  @Override
  public int start(ServletContainerInitializer startUp, Map<Integer, String> errorPages)
      throws Exception {
    ServletContextHandler context = new ServletContextHandler();
    ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
    errorPages.forEach(errors::addErrorPage);
    context.setErrorHandler(errors);
    context.addServletContainerInitializer(startUp);
    server.setHandler(context);
    HttpConfiguration http = new HttpConfiguration();
    server.addConnector(
        new ServerConnector(
            server, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http)));
    server.start();
    return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
  }

  @Override
  public void stop() throws Exception {
    server.stop();
  }
}
