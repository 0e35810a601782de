using System.Text.Json;
using MergeOps.Evaluation.Reports;
using MergeOps.Tests.Browsers;
using Xunit;

namespace MergeOps.Tests.Evaluation.Reports;

/// <summary>
/// The page and the images as a browser shows them; skipped, and said so, where there is no Chromium. With
/// <c>MERGEOPS_SCREENSHOTS</c>, a folder, pictures of all of them are left there to be looked at.
/// </summary>
public sealed class ReportInBrowserTests : IAsyncLifetime
{
    /// <summary>
    /// What is wrong with the page as it is laid out: text that is cut or leaves the window, that stands out too little from what
    /// is behind it (WCAG 2.2, 1.4.3: 4.5 to 1), that is too small; drawings without a name; ids that occur twice.
    /// </summary>
    private const string Faults = """
        (() => {
          const faults = [];
          const say = (what, element) => faults.push(`${what}: <${element.tagName} class="${element.getAttribute('class') ?? ''}"> ${(element.textContent ?? '').trim().slice(0, 60)}`);
          const parse = text => { const n = text.match(/[\d.]+/g).map(Number); return n.length > 3 && n[3] === 0 ? null : n.slice(0, 3); };
          const luminance = rgb => { const [r, g, b] = rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
          const ground = element => { for (let e = element; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c) return c; } return parse(getComputedStyle(document.body).backgroundColor); };
          const isHidden = element => element.closest('.skip, head') || getComputedStyle(element.closest('thead') ?? element).position === 'absolute';
          if (document.documentElement.scrollWidth > innerWidth) faults.push(`the page is ${document.documentElement.scrollWidth} wide`);
          for (const element of document.querySelectorAll('body *')) {
            if (isHidden(element)) continue;
            const box = element.getBoundingClientRect();
            const style = getComputedStyle(element);
            if (box.width > 0 && (box.left < -0.5 || box.right > innerWidth + 0.5) && !element.closest('pre')) say('leaves the window', element);
            if (element.matches('.verdict') && !/\s/.test(element.textContent.trim()) && box.height > 2 * parseFloat(style.lineHeight)) say('breaks within a word', element);
            if (element.matches('.scroll') && element.scrollWidth > element.clientWidth + 1) say('is cut', element);
            const text = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
            if (!text || element.closest('title, style')) continue;
            const isDrawn = element.closest('svg') !== null;
            const ink = parse(isDrawn ? style.fill : style.color);
            if (contrast(ink, ground(element)) < 4.5) say(`has a contrast of ${contrast(ink, ground(element)).toFixed(2)}`, element);
            if (parseFloat(style.fontSize) < 11.5 || isDrawn && box.height < 11) say('is small', element);
          }
          for (const svg of document.querySelectorAll('svg'))
            if (svg.getAttribute('aria-hidden') !== 'true' && !(svg.getAttribute('role') === 'img' && svg.getAttribute('aria-label'))) say('has no name', svg);
          for (const axis of document.querySelectorAll('svg.axis, svg.plot')) {
            const boxes = [...axis.querySelectorAll('text')].map(t => t.getBoundingClientRect());
            boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => { if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) say('overlaps', axis); }));
          }
          const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
          if (new Set(ids).size !== ids.length) faults.push('an id occurs twice');
          for (const link of document.querySelectorAll('a')) if (!document.getElementById(link.getAttribute('href').slice(1))) say('leads nowhere', link);
          let level = 0;
          for (const heading of document.querySelectorAll('h1, h2, h3, h4')) { const now = +heading.tagName[1]; if (now > level + 1) say('skips a level', heading); level = now; }
          return JSON.stringify(faults);
        })()
        """;

    /// <summary>What is wrong with an image: text that leaves it or lies over other text.</summary>
    private const string FaultsOfImage = """
        (() => {
          const faults = [];
          const frame = document.documentElement.getBoundingClientRect();
          const texts = [...document.querySelectorAll('text')].map(text => ({ text, box: text.getBoundingClientRect() }));
          for (const { text, box } of texts) if (box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom) faults.push(`leaves the image: ${text.textContent}`);
          texts.forEach((a, i) => texts.slice(i + 1).forEach(b => {
            if (a.box.left < b.box.right - 0.5 && b.box.left < a.box.right - 0.5 && a.box.top < b.box.bottom - 2 && b.box.top < a.box.bottom - 2) faults.push(`${a.text.textContent} lies over ${b.text.textContent}`);
          }));
          return JSON.stringify(faults);
        })()
        """;

    private readonly TemporaryFolder folder = new();
    private Browser? browser;

    public static TheoryData<string> Reports => [.. ReportGallery.All.Keys];

    public static TheoryData<string> Images => [.. ImageFormat.Images.Select(image => image.FileName)];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Browser.Program is not null, "there is no chromium on this machine");
        browser = await Browser.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public async Task A_page_is_whole_at_every_width_in_light_and_dark(string name)
    {
        var file = Path.Combine(folder.Path, $"{name}.html");
        await File.WriteAllTextAsync(file, EvaluationHtml.Write(ReportGallery.All[name]), TestContext.Current.CancellationToken);
        var page = await BrowserPage.OpenAsync(browser!, TestContext.Current.CancellationToken);
        foreach (var width in new[] { 1400, 900, 500, 420 })
        {
            foreach (var isDark in new[] { false, true })
            {
                var (requests, console) = await page.LoadAsync(file, width, isDark);
                await KeepAsync(page, $"{name}-{width}-{(isDark ? "dark" : "light")}");

                Assert.Empty(requests);
                Assert.Empty(console);
                var faults = JsonSerializer.Deserialize<string[]>(await page.EvaluateAsync(Faults))!;
                Assert.True(faults.Length == 0, $"{width} px, {(isDark ? "dark" : "light")}: {string.Join('\n', faults.Take(10))}");
                Assert.Equal(isDark ? "rgb(18, 20, 23)" : "rgb(247, 247, 244)", await page.EvaluateAsync("getComputedStyle(document.body).backgroundColor"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Images))]
    public async Task An_image_shows_all_of_its_words_in_light_and_dark(string name)
    {
        var page = await BrowserPage.OpenAsync(browser!, TestContext.Current.CancellationToken);
        foreach (var (report, measured) in ReportGallery.All)
        {
            if (ImageFormat.Images.First(image => image.FileName == name).Text(measured) is not { } text)
            {
                continue;
            }

            var file = Path.Combine(folder.Path, $"{report}-{name}");
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            foreach (var isDark in new[] { false, true })
            {
                var (requests, console) = await page.LoadAsync(file, 900, isDark);

                await KeepAsync(page, $"{report}-{Path.GetFileNameWithoutExtension(name)}-{(isDark ? "dark" : "light")}");
                Assert.Empty(requests);
                Assert.Empty(console);
                Assert.Equal("[]", await page.EvaluateAsync(FaultsOfImage));
                Assert.Equal(isDark ? "rgb(27, 30, 34)" : "rgb(255, 255, 255)", await page.EvaluateAsync("getComputedStyle(document.querySelector('.ground')).fill"));
            }
        }
    }

    private static async Task KeepAsync(BrowserPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("MERGEOPS_SCREENSHOTS") is { Length: > 0 } shots)
        {
            await File.WriteAllBytesAsync(Path.Combine(shots, $"{name}.png"), await page.CaptureAsync(), TestContext.Current.CancellationToken);
        }
    }
}
