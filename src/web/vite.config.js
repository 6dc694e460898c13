import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: the page also works below a path of an ingress.
  base: "./",
  build: {
    outDir: "../NetGraph.Api/Web/built",
    emptyOutDir: true,
    target: "es2022",
    // Nothing inline: the page's security policy allows files of its own server alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
