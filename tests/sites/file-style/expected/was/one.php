<!DOCTYPE html>
<html lang="en" dir="ltr">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=/2022/trade/toll-bridge.html">
<meta name="robots" content="noindex">
<link rel="canonical" href="https://files.example/2022/trade/toll-bridge.html">
<title>This page has moved.</title>
<p>This page has moved. <a href="/2022/trade/toll-bridge.html">/2022/trade/toll-bridge.html</a></p>
</html>
