// The document lies beside the page, also below a prefix or a proxy's path.
if (window.SwaggerUIBundle) {
  window.ui = SwaggerUIBundle({
    url: new URL("docs-json", document.baseURI).href,
    dom_id: "#swagger-ui",
    deepLinking: true,
    docExpansion: "list",
    displayRequestDuration: true,
    persistAuthorization: true,
    validatorUrl: null,
  });
}
