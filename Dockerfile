# syntax=docker/dockerfile:1
# One image for agent, collector and api; the verb is the argument.
#
#   docker buildx build --platform linux/amd64,linux/arm64 --tag netgraph .
#
# Ubuntu 26.04 is the oldest base for .NET 10 whose iperf3 is not older than 3.19.1, which mended three vulnerabilities; the build fails where it is.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0-resolute
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-resolute

# What is published runs on any processor: it is built once, on the builder's own, and goes into the image of each platform.
FROM --platform=${BUILDPLATFORM:-linux/amd64} ${SDK_IMAGE} AS build
WORKDIR /work
COPY Directory.Build.props Directory.Packages.props global.json ./
COPY src ./src
# Advisories are the tests' concern: the image of a tag must not depend on the day it is built.
RUN dotnet restore --locked-mode -p:NuGetAudit=false src/NetGraph.Cli
ARG VERSION=0.1.0
RUN dotnet publish --no-restore --configuration Release --output /publish \
      -p:Version=${VERSION} -p:UseAppHost=false -p:SatelliteResourceLanguages=en -p:DebugType=none -p:GenerateDocumentationFile=false \
      src/NetGraph.Cli

FROM ${RUNTIME_IMAGE} AS tools
ARG IPERF3_AT_LEAST=3.19.1
# chrony: chronyc, which asks the node's clock how good it is, and chronyd for the chart's clock.enabled. fping gets its capability from its file, and so runs only
# where the container has NET_RAW. Nothing else may gain rights.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends chrony fonts-dejavu-core fping graphviz iperf3 irtt libcap2-bin \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log /usr/share/doc /usr/share/man \
 && version="$(iperf3 --version | sed -n '1s/^iperf \([0-9.]*\).*/\1/p')" \
 && if [ "$(printf '%s\n' "$IPERF3_AT_LEAST" "$version" | sort -V | head -n 1)" != "$IPERF3_AT_LEAST" ]; then \
      echo "This base image has iperf3 $version, at least $IPERF3_AT_LEAST is needed: choose a newer RUNTIME_IMAGE." >&2; exit 1; \
    fi \
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
 && setcap cap_net_raw+ep /usr/bin/fping \
 && printf '#!/bin/sh\nexec dotnet /opt/netgraph/netgraph.dll "$@"\n' > /usr/local/bin/netgraph \
 && chmod 755 /usr/local/bin/netgraph

FROM tools
COPY --from=build /publish /opt/netgraph
COPY LICENSE /opt/netgraph/LICENSE

# Nothing is written but to /tmp.
ENV DOTNET_EnableDiagnostics=0 \
    XDG_CACHE_HOME=/tmp
ARG VERSION=0.1.0
ARG REVISION=""
ARG CREATED=""
ARG SOURCE=""
LABEL org.opencontainers.image.title="NetGraph" \
      org.opencontainers.image.description="Is the network between every two nodes healthy, and if not, which node, link or rack is at fault?" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}"
EXPOSE 8080/tcp 9876/tcp 9877/tcp 9878/udp 2112/udp 5201-5210/tcp 5201-5210/udp
# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
ENTRYPOINT ["dotnet", "/opt/netgraph/netgraph.dll"]
