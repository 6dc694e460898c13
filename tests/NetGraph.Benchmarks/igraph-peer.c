/* The peer of the all-pairs widest paths: igraph's own C core on the graph that NetGraph measured.
 *
 *   igraph-peer EDGES VERTICES RUNS WIDTHS
 *
 * EDGES holds records of int32 source, int32 destination, float64 width, as in NetGraph's Edge. Prints the best run's milliseconds and writes the
 * widths of all pairs to WIDTHS, row by row: -infinity where there is no path. Reading and building the graph are not timed.
 */
#include <igraph.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct edge {
    int32_t source, destination;
    double width;
};

static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void expect(int holds, const char *what) {
    if (holds) return;
    fprintf(stderr, "igraph-peer: %s\n", what);
    exit(1);
}

int main(int argc, char **argv) {
    expect(argc == 5, "usage: igraph-peer EDGES VERTICES RUNS WIDTHS");
    const int vertices = atoi(argv[2]), runs = atoi(argv[3]);

    FILE *file = fopen(argv[1], "rb");
    expect(file != NULL, "cannot open the edges");
    fseek(file, 0, SEEK_END);
    const long count = ftell(file) / (long)sizeof(struct edge);
    rewind(file);
    struct edge *edges = malloc(count * sizeof *edges);
    expect(edges != NULL && fread(edges, sizeof *edges, count, file) == (size_t)count, "cannot read the edges");
    fclose(file);

    igraph_vector_int_t ends;
    igraph_vector_t widths;
    igraph_vector_int_init(&ends, 2 * count);
    igraph_vector_init(&widths, count);
    for (long i = 0; i < count; i++) {
        VECTOR(ends)[2 * i] = edges[i].source;
        VECTOR(ends)[2 * i + 1] = edges[i].destination;
        VECTOR(widths)[i] = edges[i].width;
    }

    igraph_t graph;
    igraph_matrix_t found;
    expect(igraph_create(&graph, &ends, vertices, IGRAPH_DIRECTED) == IGRAPH_SUCCESS, "cannot build the graph");
    igraph_matrix_init(&found, 0, 0);
    double best = -1;
    for (int run = 0; run < runs; run++) {
        const double start = milliseconds();
        expect(igraph_widest_path_widths_dijkstra(&graph, &found, igraph_vss_all(), igraph_vss_all(), &widths, IGRAPH_OUT) == IGRAPH_SUCCESS, "no widths");
        const double taken = milliseconds() - start;
        if (best < 0 || taken < best) best = taken;
    }

    file = fopen(argv[4], "wb");
    expect(file != NULL, "cannot write the widths");
    for (int source = 0; source < vertices; source++) {
        for (int destination = 0; destination < vertices; destination++) {
            const double width = MATRIX(found, source, destination);
            expect(fwrite(&width, sizeof width, 1, file) == 1, "cannot write the widths");
        }
    }

    expect(fclose(file) == 0, "cannot write the widths");
    printf("%.3f\n", best);
    return 0;
}
