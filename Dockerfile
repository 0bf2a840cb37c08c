# Node 24 LTS runs the TypeScript sources as they are: no build step, only dependencies.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production \
    PANJEREH_HOST=0.0.0.0 \
    PANJEREH_METRICS_HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY src src
COPY views views
# What Node.js compiles at a start is kept in the image: a start reads it instead of compiling it again.
ENV NODE_COMPILE_CACHE=/app/compiled
RUN mkdir compiled && chown node compiled
# Nothing is written from here on: run it with a read-only file system.
USER node
RUN ["node", "--input-type=module", "--eval", "await import('/app/src/services.ts'); await import('/app/src/app.ts'); process.exit()"]
EXPOSE 3000 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PANJEREH_PORT || 3000) + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# The space for young objects would grow to 96 MB of memory for nothing: docs/benchmarks.md, "Memory".
CMD ["node", "--max-semi-space-size=16", "src/main.ts"]
