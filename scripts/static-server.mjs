/**
 * A small static server for the built site: what any static host does, compressed answers included. Used by
 * `npm start`, the browser tests and the measurements. Needs nothing but Node 20.
 */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { securityHeaders } from './headers.mjs'

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
}
const COMPRESSED = /^(text\/|application\/(json|xml|manifest|wasm)|image\/svg)/

/**
 * Serves a folder.
 * @param {{ folder: string, base?: string, port?: number, host?: string }} options `base` is the path that the site
 *   was built for; with `port` taken, the next free one is used; 0 takes any
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 */
export async function serve({ folder, base = '/', port = 4321, host = '127.0.0.1' }) {
  const root = path.resolve(folder)
  const prefix = `/${base}/`.replace(/\/+/g, '/')
  const compressed = new Map()

  function find(pathname) {
    if (!pathname.startsWith(prefix)) return null
    const file = path.join(root, pathname.slice(prefix.length))
    if (file !== root && !file.startsWith(root + path.sep)) return null
    if (!existsSync(file)) return null
    if (!statSync(file).isDirectory()) return { file }
    if (!pathname.endsWith('/')) return { redirect: `${pathname}/` }
    const index = path.join(file, 'index.html')
    return existsSync(index) ? { file: index } : null
  }

  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
    let decoded
    try {
      decoded = decodeURIComponent(pathname)
    } catch {
      response.writeHead(400).end()
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end()
      return
    }
    if (decoded === '/' && prefix !== '/') {
      response.writeHead(302, { location: prefix }).end()
      return
    }
    let found = find(decoded)
    if (found?.redirect) {
      response.writeHead(301, { location: encodeURI(found.redirect) + search }).end()
      return
    }
    const status = found ? 200 : 404
    found ??= { file: path.join(root, '404.html') }
    if (!existsSync(found.file)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n')
      return
    }
    const type = TYPES[path.extname(found.file)] ?? 'application/octet-stream'
    const headers = {
      'content-type': type,
      'cache-control': decoded.includes('/_astro/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...securityHeaders(`/${decoded.slice(prefix.length)}`),
    }
    if (COMPRESSED.test(type) && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
      const { mtimeMs } = statSync(found.file)
      let entry = compressed.get(found.file)
      if (entry?.mtimeMs !== mtimeMs) {
        entry = { mtimeMs, body: gzipSync(readFileSync(found.file), { level: 9 }) }
        compressed.set(found.file, entry)
      }
      response.writeHead(status, {
        ...headers,
        'content-encoding': 'gzip',
        vary: 'accept-encoding',
        'content-length': entry.body.length,
      })
      response.end(request.method === 'HEAD' ? undefined : entry.body)
      return
    }
    response.writeHead(status, { ...headers, 'content-length': statSync(found.file).size })
    if (request.method === 'HEAD') response.end()
    else createReadStream(found.file).pipe(response)
  })

  const actual = await listen(server, port, host)
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host === '127.0.0.1' ? 'localhost' : host
  return {
    url: `http://${name}:${actual}${prefix}`,
    port: actual,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Listens on the port or on the next free one, and says which. */
function listen(server, port, host, tries = 50) {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (error.code !== 'EADDRINUSE' || port === 0 || tries === 0) reject(error)
      else resolve(listen(server, port + 1, host, tries - 1))
    })
    server.listen(port, host, () => resolve(server.address().port))
  })
}
