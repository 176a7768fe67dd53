# One image for every service of docker-compose.yml; all steps are in deploy/install.sh,
# which is also run in a bare Debian root by a test.
FROM python:3.13-slim-trixie
COPY . /src
RUN sh /src/deploy/install.sh /src && rm -rf /src
USER yinling
ENV YINLING_DATA_DIR=/var/lib/yinling \
    YINLING_API_HOST=0.0.0.0 \
    YINLING_INTERNAL_HOST=0.0.0.0
VOLUME /var/lib/yinling
EXPOSE 8080 8081
ENTRYPOINT ["yinling"]
CMD ["--help"]
