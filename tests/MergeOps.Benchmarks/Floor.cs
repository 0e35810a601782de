using MergeOps.Tensors;

namespace MergeOps.Benchmarks;

/// <summary>
/// What a merge would cost without arithmetic: two threads with reused buffers read every input once and write one output
/// into a preallocated file, with the same early start and the same flush to the disk.
/// </summary>
internal static class Floor
{
    private const int Piece = 1 << 16;
    private const long FlushStep = 8 << 20;

    /// <summary>Runs in a process of its own.</summary>
    public static int Run(int inputCount, string models, string output)
    {
        var inputs = Array.ConvertAll(RandomModels.Names[^inputCount..], name => ModelFile.Open(Path.Combine(models, name, ModelFileNames.Weights)));
        var length = inputs[0].Length;
        Directory.CreateDirectory(output);
        using var file = DurableFile.OpenOrCreate(Path.Combine(output, ModelFileNames.Weights), length);
        var next = -1L;
        var threads = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            var buffer = GC.AllocateUninitializedArray<byte>(Piece, pinned: true);
            for (var offset = Next(); offset < length; offset = Next())
            {
                var piece = buffer.AsSpan(0, (int)Math.Min(Piece, length - offset));
                foreach (var input in inputs)
                {
                    input.Read(offset, piece);
                }

                file.Write(offset, piece);
                if (offset % FlushStep == 0 && offset > 0)
                {
                    file.StartFlush(offset - FlushStep, FlushStep);
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        file.Flush();
        DurableFolder.Flush(output);
        return ProcessReport.Print(default);

        long Next() => Interlocked.Increment(ref next) * Piece;
    }
}
