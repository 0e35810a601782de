using System.IO.Compression;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace MergeOps.TestHub.Faults;

/// <summary>Bodies that are not what the headers say.</summary>
internal static partial class Misbehave
{
    /// <summary>Promises the whole length, sends some bytes (half of them if not told), and hangs up.</summary>
    public static Fault Cut(long? after = null) => Shaped((context, position, bytes, write) => Up(after ?? (context.Response.ContentLength ?? 0) / 2, position, bytes, write, context, context.Abort));

    /// <summary>Like <see cref="Cut"/>, with a TCP reset instead of an orderly end.</summary>
    public static Fault Reset(long? after = null) => Shaped((context, position, bytes, write) => Up(after ?? (context.Response.ContentLength ?? 0) / 2, position, bytes, write, context, () =>
    {
        var socket = context.Features.Get<IConnectionSocketFeature>()!.Socket;
        socket.LingerState = new(enable: true, seconds: 0);
        socket.Close();
    }));

    /// <summary>Names no length, sends half of the bytes, and ends in good order: only a size known before shows it.</summary>
    public static Fault CutWithoutLength() => async (context, answer) =>
    {
        var body = await CaptureAsync(context, answer);
        var output = context.Features.Get<IConnectionTransportFeature>()!.Transport.Output;
        await output.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray());
        await output.WriteAsync(body.AsMemory(0, body.Length / 2));
        await output.CompleteAsync();
        await Forever(context);
    };

    /// <summary>Sends everything with one bit wrong.</summary>
    /// <param name="position">Of the byte; the middle if not told.</param>
    public static Fault FlipBit(long? position = null) => Shaped((context, from, bytes, write) =>
    {
        var at = (position ?? (context.Response.ContentLength ?? 0) / 2) - from;
        if (at < 0 || at >= bytes.Length)
        {
            return write(bytes);
        }

        var wrong = bytes.ToArray();
        wrong[at] ^= 1;
        return write(wrong);
    });

    /// <summary>Sends more bytes than there are, and says so in the length.</summary>
    public static Fault Longer(int by = 16) => async (context, answer) =>
    {
        context.Response.OnStarting(() =>
        {
            context.Response.ContentLength += by;
            return Task.CompletedTask;
        });
        await answer();
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(new byte[by], context.RequestAborted);
        }
    };

    /// <summary>Sends some bytes at a time and rests between.</summary>
    public static Fault Slow(TimeSpan rest, int bytesAtATime = 1024) => Shaped(async (context, _, bytes, write) =>
    {
        for (var from = 0; from < bytes.Length; from += bytesAtATime)
        {
            await write(bytes.Slice(from, Math.Min(bytesAtATime, bytes.Length - from)));
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(rest, context.RequestAborted);
        }
    });

    /// <summary>Sends some bytes and then nothing more, without hanging up.</summary>
    public static Fault Stall(long after = 1024) => Shaped((context, position, bytes, write) => Up(after, position, bytes, write, context, () => { }));

    /// <summary>Answers with zeros compressed a thousandfold.</summary>
    public static Fault GzipBomb(long length = 64 << 20) => async (context, _) =>
    {
        context.Response.Headers.ContentEncoding = "gzip";
        context.Response.ContentType = "application/json";
        await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Optimal, leaveOpen: true);
        var zeros = new byte[1 << 16];
        for (var left = length; left > 0; left -= zeros.Length)
        {
            await gzip.WriteAsync(zeros, context.RequestAborted);
        }
    };

    private static async Task Up(long limit, long position, ReadOnlyMemory<byte> bytes, Func<ReadOnlyMemory<byte>, Task> write, HttpContext context, Action end)
    {
        if (position + bytes.Length <= limit)
        {
            await write(bytes);
            return;
        }

        await write(bytes[..(int)Math.Clamp(limit - position, 0, bytes.Length)]);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        end();
        await Forever(context);
    }

    private static Fault Shaped(Func<HttpContext, long, ReadOnlyMemory<byte>, Func<ReadOnlyMemory<byte>, Task>, Task> shape) => (context, answer) =>
    {
        var inner = context.Response.Body;
        context.Response.Body = new ShapedStream(inner, (position, bytes) => shape(context, position, bytes, part => inner.WriteAsync(part, context.RequestAborted).AsTask()));
        return answer();
    };
}
