namespace EmbeddingModels;

/// <summary>
/// Gives the weights of an exported network their names and layout in transformers. The export keeps the names of
/// embeddings, biases and norms; the matrices of linear layers have a number for a name and stand transposed, [in, out].
/// </summary>
internal static class TransformersWeights
{
    private const string Bias = ".bias";
    private const string Weight = ".weight";

    /// <summary>The weights, named, each matrix as [out, in].</summary>
    /// <exception cref="InvalidDataException">A weight's place in the network is not clear.</exception>
    public static IEnumerable<OnnxTensor> Of(OnnxGraph graph)
    {
        var biases = graph.Initializers.Select(tensor => tensor.Name).Where(name => name.EndsWith(Bias, StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        foreach (var tensor in graph.Initializers)
        {
            yield return biases.Contains(tensor.Name) || tensor.Name.EndsWith(Weight, StringComparison.Ordinal) ? tensor : Transposed(tensor, NameOf(tensor));
        }

        // a linear layer is a product to which its bias is added, and the bias has the layer's name
        string NameOf(OnnxTensor matrix)
        {
            var product = graph.Nodes.SingleOrDefault(node => node.Operator == "MatMul" && node.Inputs.Contains(matrix.Name));
            var sum = graph.Nodes.SingleOrDefault(node => node.Operator == "Add" && product is not null && node.Inputs.Intersect(product.Outputs).Any());
            return sum?.Inputs.SingleOrDefault(biases.Contains) is { } bias
                ? bias[..^Bias.Length] + Weight
                : throw new InvalidDataException($"No linear layer uses {matrix.Name}.");
        }
    }

    private static OnnxTensor Transposed(OnnxTensor matrix, string name)
    {
        if (matrix.Shape is not [var rows, var columns])
        {
            throw new InvalidDataException($"{matrix.Name} is no matrix.");
        }

        var from = matrix.Floats.Span;
        var to = new byte[from.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                from.Slice(At(row, column, columns), sizeof(float)).CopyTo(to.AsSpan(At(column, row, rows)));
            }
        }

        return new OnnxTensor(name, [columns, rows], to);
    }

    private static int At(long row, long column, long width) => checked((int)((row * width) + column) * sizeof(float));
}
